import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, describe, expect, it } from 'vitest';
import { exportTo, momentOf } from '../../cli/export-log.ts';
import { republishStretch } from '../../cli/republish.ts';
import { dynamoLogWriter } from '../../functions/adapters/dynamodb/log-writer.ts';
import { parseEvent } from '../../functions/contract/event-schemas.ts';
import type { CustomerEvent } from '../../functions/contract/events.ts';
import { eventFromLine } from '../../functions/contract/log-lines.ts';
import { ownEvent } from '../../functions/contract/own-events.ts';
import { parseOrder } from '../../functions/handlers/react.ts';
import { createTables, startDynoxide } from '../builders/dynoxide.ts';
import { context, identify, RECEIVED_AT, track } from '../builders/segment-calls.ts';

const dynoxide = await startDynoxide();
const tables = await createTables(dynoxide.client);
const client = DynamoDBDocumentClient.from(dynoxide.client);
const folder = mkdtempSync(join(tmpdir(), 'perennial-log-'));
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await dynoxide.stop();
});

const config = { client, logTable: tables.log, stateTable: tables.state };
const writer = dynamoLogWriter(config);
const stored: CustomerEvent[] = [];

for (let n = 0; n < 60; n += 1) {
  const messageId = `m-${n}`;
  const call =
    n % 5 === 0
      ? identify({ firstName: 'Rūta', email: 'ruta@example.com' }, { messageId })
      : track('Order Completed', { order_id: n, total: n / 10 }, { messageId, userId: `u-${n}` });
  const receivedAt = RECEIVED_AT + n * 1000;
  const read = parseEvent(call, context({ receivedAt, kind: n % 7 ? 'server' : 'browser' }));
  if (!read.ok) throw new Error(read.reason.code);
  await writer.append(read);
  stored.push(read.event);
}
const emit = ownEvent({
  id: 'emit-1',
  name: 'Churn Risk Changed',
  aliasId: 'customer',
  at: RECEIVED_AT,
  channel: 'system',
  properties: { days_late: 12 },
  depth: 1,
});
await writer.append(emit);
stored.push(emit.event);

const byId = (a: CustomerEvent, b: CustomerEvent) => (a.id < b.id ? -1 : 1);

describe('export-log', () => {
  it('writes every event so that replay reads it as it was stored', async () => {
    const file = join(folder, 'log.jsonl.gz');
    expect(await exportTo(file, config, {})).toBe(stored.length);
    const lines = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');
    const events = lines.map((line) => {
      const read = eventFromLine(JSON.parse(line), { currency: 'JPY' });
      if (!read.ok) throw new Error(read.reason.code);
      expect(read.stamped).toBe(true);
      return read.event;
    });
    expect(events.sort(byId)).toEqual([...stored].sort(byId));
  });

  it('keeps the file to its owner, and leaves none behind when it fails', async () => {
    const file = join(folder, 'log.jsonl');
    await exportTo(file, config, { from: RECEIVED_AT + 59_000 });
    expect(statSync(file).mode & 0o077).toBe(0);
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(1);
    const missing = { ...config, logTable: 'no-such-table' };
    await expect(exportTo(join(folder, 'none.jsonl'), missing, {})).rejects.toThrow(
      /table|resource/i,
    );
    expect(() => statSync(join(folder, 'none.jsonl'))).toThrow('ENOENT');
  });
});

describe('republish', () => {
  it('sends a stretch by time of receipt through the lanes of react', async () => {
    const orders: ReturnType<typeof parseOrder>[] = [];
    const bodies: string[] = [];
    const sqs = {
      send: async ({ input }: SendMessageBatchCommand) => {
        expect(input.QueueUrl).toBe('https://sqs/facts');
        for (const { MessageBody } of input.Entries ?? []) {
          bodies.push(String(MessageBody));
          orders.push(parseOrder(String(MessageBody)));
        }
        return { Failed: [] };
      },
    } as unknown as SQSClient;
    const stretch = { from: RECEIVED_AT + 10_000, to: RECEIVED_AT + 20_000 };
    const lanes = { sqs, facts: 'https://sqs/facts', browse: 'https://sqs/browse' };
    const done = await republishStretch({ ...config, lanes }, stretch);
    expect(done).toMatchObject({ published: 10, refused: 0 });
    const wanted = Array.from({ length: 10 }, (_, n) => `m-${n + 10}`);
    expect(orders.map((order) => 'arrival' in order && order.arrival.event.id).sort()).toEqual(
      wanted,
    );
    expect(bodies.join()).not.toMatch(/ruta|Rūta/);
  });

  it('tells what a queue did not take', async () => {
    const sqs = { send: () => Promise.reject(new Error('down')) } as unknown as SQSClient;
    const lanes = { sqs, facts: 'https://sqs/facts', browse: 'https://sqs/browse' };
    const stretch = { from: RECEIVED_AT + 10_000, to: RECEIVED_AT + 20_000 };
    const done = await republishStretch({ ...config, lanes }, stretch);
    expect(done).toMatchObject({ published: 0, refused: 10 });
    await expect(republishStretch({ ...config, lanes: undefined }, stretch)).rejects.toThrow(
      'npm start',
    );
  });

  it('refuses moments that it cannot read', () => {
    expect(momentOf('from', '2026-06-01')).toBe(Date.UTC(2026, 5, 1));
    expect(() => momentOf('from', 'yesterday')).toThrow('--from');
  });
});
