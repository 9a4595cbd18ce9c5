/** Records of the tables' streams -> what they say. */
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Change } from '../../app/publish.ts';
import { loggedOf, type Row } from './log-rows.ts';
import { messageFromItem } from './messages.ts';

/** The parts of a record that are read. */
export type StreamRecord = {
  eventName?: string | undefined;
  dynamodb?: { NewImage?: object | undefined; OldImage?: object | undefined } | undefined;
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
