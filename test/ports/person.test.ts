/** One person in both tables: exported whole, erased whole. */
import { DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoCustomers } from '../../functions/adapters/dynamodb/customers.ts';
import { dynamoGates } from '../../functions/adapters/dynamodb/gates.ts';
import { dynamoLogReader } from '../../functions/adapters/dynamodb/log.ts';
import { dynamoLogWriter } from '../../functions/adapters/dynamodb/log-writer.ts';
import { dynamoLedger } from '../../functions/adapters/dynamodb/messages.ts';
import { dynamoPersonal } from '../../functions/adapters/dynamodb/personal.ts';
import { dynamoPrivacyRequests } from '../../functions/adapters/dynamodb/privacy-requests.ts';
import { erase, type Receipt } from '../../functions/app/erase.ts';
import { exportPage } from '../../functions/app/export-page.ts';
import { exportPerson, type PersonExport } from '../../functions/app/export-person.ts';
import { store } from '../../functions/app/narrow.ts';
import { type ReactDeps, reactToEvents, reactToWake } from '../../functions/app/react.ts';
import { parseEvent } from '../../functions/contract/event-schemas.ts';
import { aliasId } from '../../functions/contract/ids.ts';
import { stateKey } from '../../functions/contract/keys.ts';
import { DAY_MS, HOUR_MS, iso } from '../../functions/contract/time.ts';
import { permission } from '../../functions/domain/consent.ts';
import { createTables, startDynoxide } from '../builders/dynoxide.ts';
import { settings } from '../builders/policy.ts';
import { context } from '../builders/segment-calls.ts';
import { POLICY } from '../faults/policy.ts';

/** Words that are nowhere else. */
const NAME = 'Zvirblelina';
const ADDRESS = 'zvirblelina.plant@example.com';
const PHONE = '+37060099111';
const PLANTED = /zvirblelina|60099111/i;

const AT = Date.UTC(2026, 5, 1, 9);
const server = await startDynoxide();
const client = DynamoDBDocumentClient.from(server.client, {
  marshallOptions: { removeUndefinedValues: true },
});
afterAll(() => server.stop());
const { log, state } = await createTables(server.client);
const tables = { client, logTable: log, stateTable: state };
const rows = dynamoPersonal(tables);
const customers = dynamoCustomers(tables);
const shop = { settings: settings() };
const USER = aliasId('user', 'shop-77');
const OLD = aliasId('user', 'shop-77-old');
const OTHER = aliasId('email', ADDRESS);

const parts = {
  customers,
  gates: dynamoGates(client, state),
  ledger: dynamoLedger(client, state),
  log: dynamoLogReader(tables),
  policies: { current: async () => POLICY },
  pause: async () => undefined,
  jitter: () => 0.5,
  count: () => undefined,
};
const deps: ReactDeps = parts;

let calls = 0;
/** A call from the sender to the customer item. */
async function send(call: { [name: string]: unknown }, at: number) {
  calls += 1;
  const messageId = `m-${calls}`;
  const said = { messageId, userId: 'shop-77', timestamp: iso(at), ...call };
  const read = parseEvent(said, context({ receivedAt: at }));
  if (!read.ok) throw new Error(JSON.stringify(read.reason));
  await store(dynamoLogWriter(tables), read);
  const failed = await reactToEvents(deps, [{ event: read.event, complete: false }]);
  expect(failed).toEqual([]);
}
const traits = { email: ADDRESS, firstName: NAME, phone: PHONE, marketing_consent: true };
const order = (id: string) => ({
  type: 'track',
  event: 'Order Completed',
  properties: { order_id: id, total: 49, note: NAME, marketing_notice: true },
});

async function allRows(): Promise<{ table: string; row: Record<string, unknown> }[]> {
  const found = [];
  for (const table of [log, state]) {
    const { Items = [] } = await client.send(new ScanCommand({ TableName: table }));
    found.push(...Items.map((row) => ({ table, row })));
  }
  return found;
}
/** As somebody who looks for the person reads them: what is packed, unpacked. */
async function searched(): Promise<string> {
  const facts = await Promise.all([USER, OTHER, OLD].map((id) => rows.customer(id)));
  return JSON.stringify([await allRows(), facts]);
}

let person: PersonExport | undefined;
let backup: Awaited<ReturnType<typeof allRows>> = [];
let receipt: Receipt | undefined;
const erasedAt = AT + 10 * DAY_MS;
const eraseNow = (at = erasedAt) =>
  erase({ rows, now: () => at, pause: async () => undefined }, 'shop-77');

beforeAll(async () => {
  await send({ type: 'identify', traits }, AT);
  await send(order('A-1'), AT + HOUR_MS);
  const wording = `Dear ${NAME}, may we write to you?`;
  const given = { source: 'form', wording, topic: 'offers' };
  await send({ type: 'track', event: 'Consent Given', properties: given }, AT + 2 * HOUR_MS);
  const feedback = { score: 3, comment: `I am ${NAME}, call ${PHONE}` };
  await send({ type: 'track', event: 'Feedback Submitted', properties: feedback }, AT + DAY_MS);
  const left = { topic: 'feedback', source: 'page' };
  await send({ type: 'track', event: 'Consent Withdrawn', properties: left }, AT + 2 * DAY_MS);
  const due = (await customers.load(USER)).nextWakeAt;
  if (due !== undefined) await reactToWake(deps, { customerId: USER, dueAt: due });
  // Who they were by their address was merged into who they are by the shop's id.
  const pointer = { ...stateKey(OTHER), version: 1, opId: 'm', mergedInto: USER };
  await client.send(new PutCommand({ TableName: state, Item: pointer }));
  const other = { type: 'identify', userId: undefined, traits: { email: ADDRESS } };
  await send(other, AT + 3 * DAY_MS);
  // Somebody else, of whom nothing may be lost.
  const neighbour = { userId: 'shop-78', traits: { email: 'neighbour@example.com' } };
  await send({ type: 'identify', ...neighbour }, AT);
  // A shop system asked for the same: one of the two ids has never been merged.
  await send({ type: 'identify', userId: 'shop-77-old', traits: { firstName: NAME } }, AT);
  await dynamoPrivacyRequests(client, state).add({
    id: 'r-1',
    kind: 'customer-erasure',
    aliases: [USER, OLD],
    at: AT,
    from: 'shopify',
  });
  person = await exportPerson(rows, ADDRESS, shop, AT + 4 * DAY_MS);
  backup = await allRows();
  receipt = await eraseNow();
});

describe('the export of a person', () => {
  it('finds all of them by address, by the id of the shop, and by customerId', async () => {
    expect(person?.aliases).toEqual([USER, OTHER]);
    const names = person?.events.map(({ name }) => name);
    expect(names).toEqual([
      'identify',
      'Order Completed',
      'Consent Given',
      'Feedback Submitted',
      'Consent Withdrawn',
      'identify',
    ]);
    expect(person?.facts.profile.email?.[0]).toBe(ADDRESS);
    expect(person?.gates.length).toBeGreaterThan(0);
  });

  it('proves consent: what was said, when, where, in which words', () => {
    expect(person?.consent.map(({ act, topic, source }) => [act, topic, source])).toEqual([
      ['given', '*', 'identify'],
      ['sale-with-notice', '*', 'order A-1'],
      ['given', 'offers', 'form'],
      ['withdrawn', 'feedback', 'page'],
    ]);
    const [, , form] = person?.consent ?? [];
    expect(form?.wording).toContain('may we write to you?');
    expect(form?.wordingHash).toHaveLength(22);
  });

  it('can be read as a page without scripts, and what was typed stays text', () => {
    if (!person) throw new Error('nobody');
    const [first] = person.events;
    const typed = { properties: { comment: '<img src=x onerror=alert(1)>' } };
    const page = exportPage({ ...person, events: first ? [{ ...first, body: typed }] : [] });
    expect(page).toContain(ADDRESS);
    expect(page).toContain('What we predict');
    expect(page).not.toMatch(/<img|<script/);
  });

  it('is nothing for somebody who is not held', async () => {
    expect(await exportPerson(rows, 'nobody@example.com', shop, AT)).toBeUndefined();
  });
});

describe('erasing a person', () => {
  it('leaves none of their words in either table, and a receipt that names nobody', async () => {
    expect(JSON.stringify(backup)).toMatch(PLANTED);
    expect(await searched()).not.toMatch(PLANTED);
    expect(receipt?.deleted.events).toBe(7);
    expect(receipt?.customerId).toBe(USER);
    expect(JSON.stringify(receipt)).not.toMatch(PLANTED);
    const left = (await allRows()).filter(({ row }) => String(row['pk']).includes(USER));
    expect(left.map(({ row }) => row['sk']).sort()).toEqual(['GATE', 'STATE']);
  });

  it('answers what a shop system asked, under every id that it named', async () => {
    expect(receipt?.requests).toBe(1);
    expect(receipt?.aliases).toContain(OLD);
    expect(await rows.erasuresAsked()).toEqual([]);
    expect(await rows.log(OLD)).toEqual([]);
  });

  it('touches nobody else', async () => {
    const neighbour = await exportPerson(rows, 'shop-78', shop, AT);
    expect(neighbour?.events).toHaveLength(1);
    expect(neighbour?.facts.profile.email?.[0]).toBe('neighbour@example.com');
  });

  it('stays done when old events come again, and makes no customer of them', async () => {
    const before = await rows.customer(USER);
    await send(order('A-1'), AT + HOUR_MS);
    expect((await rows.customer(USER)).facts).toEqual(before.facts);
    expect(before.facts).toMatchObject({ profile: {}, orders: [], erasedAt });
  });

  it('leaves nothing after a backup was restored and it is done again', async () => {
    for (const { table, row } of backup) {
      await client.send(new PutCommand({ TableName: table, Item: row }));
    }
    expect(await searched()).toMatch(PLANTED);
    // The order that came again is one of them: its row was there already.
    const again = await eraseNow(erasedAt + DAY_MS);
    expect(again?.deleted.events).toBeGreaterThanOrEqual(6);
    expect(await searched()).not.toMatch(PLANTED);
  });

  it('makes a later purchase a new customer, without consent until they give it', async () => {
    const at = erasedAt + 2 * DAY_MS;
    const again = { email: ADDRESS, country: 'LT' };
    await send({ type: 'identify', traits: again }, at);
    await send(order('B-1'), at + HOUR_MS);
    const offers = { purpose: 'marketing', topic: 'offers' } as const;
    const may = async () => {
      const gate = await dynamoGates(client, state).load(USER);
      const customer = await customers.load(USER);
      return permission(customer, gate, offers, shop.settings, at + DAY_MS);
    };
    const { facts } = await customers.load(USER);
    expect(facts.orders.map(({ id }) => id)).toEqual(['B-1']);
    expect(await may()).toEqual({ ok: false, reason: { code: 'consent-withdrawn' } });
    const given = { source: 'form' };
    const form = { type: 'track', event: 'Consent Given', properties: given };
    await send(form, at + 2 * HOUR_MS);
    expect(await may()).toEqual({ ok: true, basis: 'consent' });
  });
});
