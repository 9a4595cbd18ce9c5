/** Streams of both tables -> bus and deliver queue. What was not handed over comes again, in order. */
import type { DynamoDBRecord } from 'aws-lambda';
import { type Change, type PublishDeps, publish } from '../app/publish.ts';
import { streamEvents } from '../runtime/middleware.ts';

export type PublishHandlerDeps = PublishDeps & {
  /** What a record says: the adapter knows the rows. */
  changeOf(record: DynamoDBRecord): Change;
};

export const createHandler = (deps: PublishHandlerDeps) =>
  streamEvents(async (records) => {
    const failed = await publish(deps, records.map(deps.changeOf));
    return failed.flatMap((place) => records[place] ?? []);
  });
