/** Records of the tables' streams -> what they say. */
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { LoggedOrder } from '../../app/gather.ts';
import type { Change } from '../../app/publish.ts';
import { loggedOf, type Row } from './log-rows.ts';
import { messageFromItem } from './messages.ts';

/** The parts of a record that are read. */
export type StreamRecord = {
  eventName?: string | undefined;
  dynamodb?:
    | {
        NewImage?: object | undefined;
        OldImage?: object | undefined;
        SequenceNumber?: string | undefined;
        /** Seconds since 1970. */
        ApproximateCreationDateTime?: number | undefined;
      }
    | undefined;
};

const MESSAGE = 'MESSAGE#';

const imageOf = (image: object | undefined): Row | undefined => image && unmarshall(image as never);

/** A changed row of either table. A log row never changes: whatever is not its insert says nothing. */
export function changeOf(record: StreamRecord): Change {
  const row = imageOf(record.dynamodb?.NewImage);
  if (!row || record.eventName === 'REMOVE') return { kind: 'other' };
  const sk = String(row['sk']);
  if (sk.startsWith(MESSAGE)) {
    const before = imageOf(record.dynamodb?.OldImage);
    return {
      kind: 'message',
      message: messageFromItem(row),
      ...(before && { before: messageFromItem(before) }),
    };
  }
  if (record.eventName !== 'INSERT') return { kind: 'other' };
  const event = loggedOf(row)?.event;
  return event ? { kind: 'event', event } : { kind: 'other' };
}

/** An order that was logged; `undefined` for every other record, and for a row that cannot be read. */
export function orderOf(record: StreamRecord): LoggedOrder | undefined {
  const { NewImage, SequenceNumber, ApproximateCreationDateTime } = record.dynamodb ?? {};
  const row = imageOf(NewImage);
  if (!row || record.eventName !== 'INSERT') return undefined;
  const event = eventOf(row);
  if (event?.name !== 'Order Completed') return undefined;
  return {
    event,
    sequence: SequenceNumber ?? event.id,
    // A record without its time is of now: it was received a moment ago.
    writtenAt: (ApproximateCreationDateTime ?? 0) * 1000 || event.receivedAt,
  };
}

/** A row whose body is no JSON is the fault of whoever wrote it, and stays so. */
function eventOf(row: Row) {
  try {
    return loggedOf(row)?.event;
  } catch {
    return undefined;
  }
}
