import { DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, describe, expect, it } from 'vitest';
import type { DocumentClient } from '../../functions/adapters/dynamodb/client.ts';
import { dynamoGates } from '../../functions/adapters/dynamodb/gates.ts';
import { dynamoLogReader, scanLog } from '../../functions/adapters/dynamodb/log.ts';
import { logItem } from '../../functions/adapters/dynamodb/log-rows.ts';
import { dynamoLogWriter } from '../../functions/adapters/dynamodb/log-writer.ts';
import { dynamoRejects } from '../../functions/adapters/dynamodb/rejects.ts';
import { memoryLog } from '../../functions/adapters/memory/log.ts';
import { store } from '../../functions/app/narrow.ts';
import type { LogWriter } from '../../functions/app/ports.ts';
import { parseEvent } from '../../functions/contract/event-schemas.ts';
import { aliasId } from '../../functions/contract/ids.ts';
import { gateKey, rejectKey, stateKey } from '../../functions/contract/keys.ts';
import type { Gate } from '../../functions/contract/messages.ts';
import type { LoggedEvent } from '../../functions/contract/own-events.ts';
import { openGate, withdraw } from '../../functions/domain/gate.ts';
import { createTables, startDynoxide } from '../builders/dynoxide.ts';
import { context, RECEIVED_AT, track } from '../builders/segment-calls.ts';
import { TinyDynamo } from '../builders/tiny-dynamo.ts';

type World = {
  writer: LogWriter;
  reader: ReturnType<typeof dynamoLogReader>;
  gate(customerId: string): Promise<Gate>;
  putGate(gate: Gate): Promise<void>;
  merge(from: string, into: string): Promise<void>;
};

function logged(userId: string, messageId: string, name = 'Product Viewed', raw = {}): LoggedEvent {
  const call = track(name, { product_id: 'P', ...raw }, { userId, messageId });
  const read = parseEvent(call, context());
  if (!read.ok) throw new Error(read.reason.code);
  return { event: read.event, body: read.body };
}

function memoryWorld(): World {
  const gates = new Map<string, Gate>();
  const merged = new Map<string, string>();
  const { writer, reader } = memoryLog(gates, (id) => merged.get(id));
  return {
    writer,
    reader,
    gate: async (id) => gates.get(id) ?? openGate(id),
    putGate: async (gate) => void gates.set(gate.customerId, gate),
    merge: async (from, into) => void merged.set(from, into),
  };
}

function dynamoWorld(client: DocumentClient, logTable: string, stateTable: string): World {
  const put = (Item: object) => client.send(new PutCommand({ TableName: stateTable, Item }));
  const gates = dynamoGates(client, stateTable);
  return {
    writer: dynamoLogWriter({ client, logTable, stateTable, pause: async () => undefined }),
    reader: dynamoLogReader({ client, logTable }),
    gate: (id) => gates.load(id),
    putGate: async (gate) => void (await put({ ...gateKey(gate.customerId), ...gate })),
    merge: async (from, into) => void (await put({ ...stateKey(from), mergedInto: into })),
  };
}

const dynoxide = await startDynoxide();
const tables = await createTables(dynoxide.client);
const real = DynamoDBDocumentClient.from(dynoxide.client, {
  marshallOptions: { removeUndefinedValues: true },
});
afterAll(() => dynoxide.stop());

const withdrawal = (id: string, at = RECEIVED_AT) => ({ id, at, source: 'api' });

describe.each([
  ['in memory', memoryWorld()],
  ['in the small DynamoDB', dynamoWorld(new TinyDynamo().client, 'log', 'state')],
  ['in DynamoDB', dynamoWorld(real, tables.log, tables.state)],
])('the log %s', (_place, world) => {
  it('stores an event once, and gives it back as it was', async () => {
    const one = logged('once', 'm#1', 'Order Completed', { order_id: 'A', total: 12.5 });
    expect(await world.writer.append(one)).toBe('stored');
    expect(await world.writer.append(one)).toBe('duplicate');
    expect(await world.reader.read(one.event.key)).toEqual(one.event);
    expect(await world.reader.read({ ...one.event.key, sk: 'EVENT#-#none' })).toBeUndefined();
  });

  it('gives all events of an alias and of no other', async () => {
    const ids = Array.from({ length: 30 }, (_, n) => `m-${n}`);
    await Promise.all(ids.map((id) => world.writer.append(logged('many', id))));
    await world.writer.append(logged('other', 'm-0'));
    const events = await world.reader.readCustomer([aliasId('user', 'many')]);
    expect(events.map(({ id }) => id).sort()).toEqual(ids.sort());
  });

  it('closes the gate with the event, and counts its versions', async () => {
    const id = aliasId('user', 'leaves');
    expect(await store(world.writer, logged('leaves', 'm-1', 'Consent Withdrawn'))).toBe('stored');
    expect(await world.gate(id)).toMatchObject({ version: 1, withdrawn: { '*': { id: 'm-1' } } });
    const offers = logged('leaves', 'm-2', 'Consent Withdrawn', { topic: 'offers' });
    await store(world.writer, offers);
    expect(await store(world.writer, offers)).toBe('duplicate');
    expect(await world.gate(id)).toMatchObject({
      version: 2,
      withdrawn: { '*': { id: 'm-1' }, offers: { id: 'm-2' } },
    });
  });

  it('closes the gate also when the row was there before', async () => {
    const one = logged('late', 'm-1', 'Consent Withdrawn');
    await world.writer.append(one);
    expect(await store(world.writer, one)).toBe('duplicate');
    expect(await world.gate(one.event.aliasId)).toMatchObject({ version: 1 });
  });

  it('leaves a gate that is closed already as it is, and keeps the event', async () => {
    const id = aliasId('user', 'closed');
    await world.putGate({ ...withdraw(openGate(id), '*', withdrawal('z', RECEIVED_AT * 2)) });
    expect(await store(world.writer, logged('closed', 'm-1', 'Consent Withdrawn'))).toBe('stored');
    expect(await world.gate(id)).toMatchObject({ version: 1, withdrawn: { '*': { id: 'z' } } });
  });

  it('closes the gate of the customer that the alias was merged into', async () => {
    const [old, into] = [aliasId('user', 'merged'), aliasId('user', 'whole')];
    await world.merge(old, into);
    await store(world.writer, logged('merged', 'm-1', 'Consent Withdrawn'));
    expect((await world.gate(old)).version).toBe(0);
    expect((await world.gate(into)).withdrawn['*']?.id).toBe('m-1');
  });

  it('loses no withdrawal when many come at once', async () => {
    const names = ['offers', 'feedback', 'reminders', '*'];
    await Promise.all(
      names.map((topic, n) =>
        store(world.writer, logged('busy', `m-${n}`, 'Consent Withdrawn', { topic })),
      ),
    );
    const gate = await world.gate(aliasId('user', 'busy'));
    expect(Object.keys(gate.withdrawn).sort()).toEqual([...names].sort());
  });

  it('asks again when the gate moves between reading and writing', async () => {
    const one = logged('moving', 'm-1', 'Consent Withdrawn');
    const id = one.event.aliasId;
    const other = logged('moving', 'm-2', 'Consent Withdrawn', { topic: 'offers' });
    let meanwhile: Promise<unknown> | undefined;
    await world.writer.appendAndNarrow(one, (gate) => {
      // Another writer, while this one decides; whoever comes second reads the gate again.
      meanwhile ??= store(world.writer, other);
      return withdraw(gate, '*', withdrawal('m-1'));
    });
    await meanwhile;
    const gate = await world.gate(id);
    expect(gate).toMatchObject({ version: 2, withdrawn: { '*': { id: 'm-1' } } });
    expect(gate.withdrawn['offers']?.id).toBe('m-2');
  });
});

describe('a stretch of the log', () => {
  const config = { client: new TinyDynamo().client, logTable: 'log' };
  const writer = dynamoLogWriter({ ...config, stateTable: 'state' });
  const at = async (id: string, receivedAt: number) => {
    const { event, body } = logged('stretch', id);
    await writer.append({ event: { ...event, receivedAt }, body });
  };

  it('is what was received from one moment on and before another', async () => {
    for (const [id, offset] of [
      ['a', -1],
      ['b', 0],
      ['c', 999],
      ['d', 1000],
    ] as const) {
      await at(id, RECEIVED_AT + offset);
    }
    const found: string[] = [];
    let scanned = 0;
    for await (const page of scanLog(config, { from: RECEIVED_AT, to: RECEIVED_AT + 1000 })) {
      found.push(...page.logged.map(({ event }) => event.id));
      scanned += page.scanned;
    }
    expect(found.sort()).toEqual(['b', 'c']);
    expect(scanned).toBeGreaterThanOrEqual(2);
  });
});

describe('a row', () => {
  it('of a usual view stays far below the kilobyte that a write unit pays for', () => {
    const view = logged('u-1', 'e7f1c2d4-1111-4222-8333-444455556666', 'Product Viewed', {
      name: 'Amber ring',
      price: 29.95,
      category: 'Rings',
    });
    expect(JSON.stringify(logItem(view)).length).toBeLessThan(450);
  });

  it('of an order lives five years, of a view a season, whenever they happened', () => {
    const years = (name: string, raw: object) =>
      (Number(logItem(logged('u', 'm', name, raw))['ttl']) - RECEIVED_AT / 1000) / 86_400 / 365.25;
    expect(years('Order Completed', { order_id: 'A', total: 1 })).toBeCloseTo(5, 1);
    expect(years('Consent Given', {})).toBeCloseTo(5, 1);
    expect(years('Product Viewed', {})).toBeCloseTo(0.25, 2);
    expect(years('Order Imagined', {})).toBeGreaterThan(1.05);
  });
});

describe('the reject list', () => {
  it('keeps what was wrong for thirty days', async () => {
    const reason = { code: 'malformed' as const, got: 'nothing', wanted: 'an id', path: 'p' };
    const rejects = dynamoRejects(real, tables.state);
    await rejects.add([{ id: 'r-1', at: RECEIVED_AT, source: 'http', reason }]);
    const { Item } = await real.send(
      new GetCommand({ TableName: tables.state, Key: rejectKey(RECEIVED_AT, 'r-1') }),
    );
    expect(Item).toMatchObject({ ...reason, source: 'http' });
    expect(Number(Item?.['ttl'])).toBe(RECEIVED_AT / 1000 + 30 * 86_400);
  });
});

describe('a scan in parts', () => {
  it('meets every row in exactly one of them', async () => {
    const config = { client: real, logTable: tables.log };
    const idsOf = async (stretch: Parameters<typeof scanLog>[1]) => {
      const ids: string[] = [];
      for await (const page of scanLog(config, stretch)) {
        ids.push(...page.logged.map(({ event }) => `${event.aliasId} ${event.key.sk}`));
      }
      return ids;
    };
    const parts = await Promise.all(
      Array.from({ length: 24 }, (_, index) => idsOf({ segment: { index, of: 24 } })),
    );
    const all = await idsOf({});
    expect(all.length).toBeGreaterThan(30);
    expect(parts.flat().sort()).toEqual(all.sort());
  });
});
