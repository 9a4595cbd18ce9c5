/** What `learn` needs of the orders: gathered by as many at once as the stream's window brings together. */
import { dynamoBasketWriter } from '../../functions/adapters/dynamodb/baskets.ts';
import { readCustomer } from '../../functions/adapters/dynamodb/customer-reader.ts';
import { gather, type GatherDeps, type LoggedOrder } from '../../functions/app/gather.ts';
import type { CustomerEvent } from '../../functions/contract/events.ts';
import type { Instant } from '../../functions/contract/time.ts';
import { gatherBatch } from './costs.ts';
import type { Meter } from './meter.ts';

export class Gathering {
  private readonly meter: Meter;
  private readonly deps: GatherDeps;
  private orders: LoggedOrder[] = [];

  constructor(meter: Meter, stateTable: string) {
    const { client } = meter;
    this.meter = meter;
    this.deps = {
      baskets: dynamoBasketWriter(client, stateTable),
      customers: { load: (id) => readCustomer({ client, stateTable, consistent: false }, id) },
      count: () => undefined,
    };
  }

  async logged(changes: readonly { event: CustomerEvent }[], writtenAt: Instant): Promise<void> {
    for (const { event } of changes) {
      if (event.name !== 'Order Completed') continue;
      this.orders.push({ event, sequence: event.id, writtenAt });
    }
    if (this.orders.length < gatherBatch()) return;
    const orders = this.orders.splice(0);
    await this.meter.during('gather', () => gather(this.deps, orders));
  }
}
