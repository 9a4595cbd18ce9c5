/** Ledger rows whose time has come -> mails. The row, read again, decides. */
import { type DeliverDeps, deliver } from '../app/deliver.ts';
import { PerennialError } from '../contract/errors.ts';
import type { DeliverOrder } from '../contract/events.ts';
import { sqsEvents } from '../runtime/middleware.ts';

/** One order, one mail at most: the claim drops repeats. */
export const createHandler = (deps: DeliverDeps) =>
  sqsEvents(parseOrder, (order) => deliver(deps, order));

function parseOrder(body: string): DeliverOrder {
  const { customerId, messageId } = JSON.parse(body) as Partial<DeliverOrder>;
  if (typeof customerId !== 'string' || typeof messageId !== 'string') {
    throw new PerennialError(
      'not-an-order',
      'deliver queue: got a message without customerId and messageId; only publish and sweep write here.',
    );
  }
  return { customerId, messageId };
}
