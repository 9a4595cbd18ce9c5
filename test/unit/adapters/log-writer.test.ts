import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { gateRows } from '../../../functions/adapters/dynamodb/gates.ts';
import { dynamoLogWriter } from '../../../functions/adapters/dynamodb/log-writer.ts';
import { messageItem } from '../../../functions/adapters/dynamodb/messages.ts';
import { store } from '../../../functions/app/narrow.ts';
import type { Message } from '../../../functions/contract/messages.ts';
import { ownEvent } from '../../../functions/contract/own-events.ts';
import { claim, openGate } from '../../../functions/domain/gate.ts';
import {
  changed,
  LEASE_LEFT_MIN_MS,
  LEASE_MS,
  mayStillGo,
  planned,
} from '../../../functions/domain/ledger.ts';
import { plannedMessage } from '../../builders/ledger.ts';
import { TinyDynamo } from '../../builders/tiny-dynamo.ts';

const NOW = Date.UTC(2026, 5, 10, 12);
const CUSTOMER = 'c-1';
/** The API gives up after 30 s; the function's own work takes less than one. */
const ANSWER_MS_MAX = 28_000;

/** A customer leaves while `row` is under way; `pauses` are told before each next look. */
async function leaving(
  row: Message,
  claimedAt: number,
  onPause: (nth: number) => Message,
  former?: string[],
) {
  const { client } = new TinyDynamo();
  const put = (Item: object) => client.send(new PutCommand({ TableName: 'state', Item }));
  const gate = claim(openGate(CUSTOMER), row.id, claimedAt);
  if (gate) await put(gateRows.toItem({ ...gate, ...(former && { former }) }));
  await put(messageItem(row));
  const pauses: number[] = [];
  const pause = async (ms: number) => {
    pauses.push(ms);
    await put(messageItem(onPause(pauses.length)));
  };
  const log = dynamoLogWriter({ client, logTable: 'log', stateTable: 'state', pause });
  const name = 'Consent Withdrawn';
  const left = { id: 'left', name, aliasId: CUSTOMER, at: NOW, channel: 'email' as const };
  await store(log, ownEvent({ ...left, properties: { source: 'unsubscribe' } }));
  return pauses;
}

const fresh = planned(plannedMessage({ customerId: CUSTOMER }), 'op-1');
const sendingSince = (at: number) => changed(fresh, { kind: 'claim', at }, 'op') as Message;
const sent = (row: Message) =>
  changed(row, { kind: 'accepted', at: NOW, sesMessageId: 'ses' }, 'op-2') as Message;

describe('who leaves while a mail is being sent', () => {
  it('is answered when the mail has gone, not before', async () => {
    const row = sendingSince(NOW - 100);
    const pauses = await leaving(row, NOW - 100, (nth) => (nth < 3 ? row : sent(row)));
    expect(pauses).toHaveLength(3);
  });

  it('is answered without waiting where nothing is under way', async () => {
    const row = sent(sendingSince(NOW - 100));
    expect(await leaving(row, NOW - 100, () => row)).toEqual([]);
    const dead = sendingSince(NOW - LEASE_MS);
    expect(await leaving(dead, NOW - LEASE_MS, () => dead)).toEqual([]);
  });

  it('waits for a mail that was claimed under an id that the customer had before', async () => {
    const row = { ...sendingSince(NOW - 100), customerId: 'former-id' };
    expect(await leaving(row, NOW - 100, () => sent(row), ['former-id'])).toHaveLength(1);
  });

  it('waits for a mail that was due long before it was claimed', async () => {
    const row = sendingSince(NOW - 100);
    const due = NOW - 14 * 60_000;
    expect(await leaving(row, due, () => sent(row))).toHaveLength(1);
  });

  it('is answered in time even where the sender died, and then nothing can begin any more', async () => {
    const row = sendingSince(NOW);
    const pauses = await leaving(row, NOW, () => row);
    const waited = pauses.reduce((sum, ms) => sum + ms, 0);
    expect(waited).toBeLessThanOrEqual(ANSWER_MS_MAX);
    expect(mayStillGo(row, NOW + waited)).toBe(false);
    expect(NOW + LEASE_MS - (NOW + waited)).toBeLessThan(LEASE_LEFT_MIN_MS);
  });
});
