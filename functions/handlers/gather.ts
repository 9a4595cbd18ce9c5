/** Orders of the log's stream -> what `learn` needs of them. A batch that fails comes again as a whole. */
import type { DynamoDBRecord } from 'aws-lambda';
import { type GatherDeps, gather, type LoggedOrder } from '../app/gather.ts';
import { streamEvents } from '../runtime/middleware.ts';

export type GatherHandlerDeps = GatherDeps & {
  /** The order that a record tells of; none for what cannot be read: it can never be, however often it comes. */
  orderOf(record: DynamoDBRecord): LoggedOrder | undefined;
};

export const createHandler = (deps: GatherHandlerDeps) =>
  streamEvents(async (records) => {
    const orders = records.flatMap((record) => deps.orderOf(record) ?? []);
    deps.count('OrdersNotRead', records.length - orders.length);
    await gather(deps, orders);
    return [];
  });
