/**
 * Erases one person. In this order, so that a crash anywhere is mended by doing it again:
 *
 *   forget the facts ... close the gate ... wait for mails under way ... delete rows of both tables, twice
 *
 * What stays, under the hash that the alias has in keys anyway: when it was erased, so that nothing older
 * becomes a fact again; that marketing was left, so that a later purchase brings no mails; and a complaint or
 * a dead mailbox.
 */
import type { Gate, MessageState } from '../contract/messages.ts';
import { type Instant, iso } from '../contract/time.ts';
import { LEASE_MS } from '../domain/ledger.ts';
import { eachLimited } from './each-limited.ts';
import { findPerson, namesOf, type PersonalRows, type Row } from './personal.ts';

export type EraseDeps = {
  rows: PersonalRows;
  now(): Instant;
  pause(ms: number): Promise<void>;
};

/** What the shop files: nothing in it tells who it was but the hashes. */
export type Receipt = {
  erasedAt: string;
  customerId: string;
  aliases: string[];
  deleted: { events: number; mails: number; decisions: number; other: number };
  /** Requests of a maker's webhook that this answers; they are gone from the list. */
  requests: number;
  kept: string[];
  /** Copies that end by themselves. */
  endsLater: string[];
};

const DELETES_AT_ONCE = 8;
/** An event may be stored while the rows before it are deleted: it is gone in the next round. */
const ROUNDS_MAX = 4;
const LOOK_MS = 500;
/** A closed gate holds nobody's name. */
const SOURCE = 'erasure';

/** `undefined` where nothing is held of whom was asked for. */
export async function erase(deps: EraseDeps, asked: string): Promise<Receipt | undefined> {
  const { aliases, requests } = await wholePerson(deps.rows, asked);
  const customerId = aliases[0];
  if (customerId === undefined) return undefined;
  const erasedAt = deps.now();
  const gates = await Promise.all(aliases.map((alias) => deps.rows.gate(alias)));
  const suppressed = gates.find((gate) => gate.suppressed)?.suppressed;
  for (const alias of aliases) {
    await deps.rows.forget(alias, erasedAt);
    await deps.rows.changeGate(alias, (gate) => closed(gate, suppressed, erasedAt));
  }
  for (const alias of aliases) await underWayGone(deps, alias);
  const deleted = { events: 0, mails: 0, decisions: 0, other: 0 };
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    let found = 0;
    for (const alias of aliases) found += await deleteRows(deps.rows, alias, deleted);
    if (found === 0) break;
  }
  for (const key of requests) await deps.rows.removeState(key);
  return {
    erasedAt: iso(erasedAt),
    customerId,
    aliases,
    deleted,
    requests: requests.length,
    kept: [
      'hash of each alias, with the time of the erasure and that marketing was left',
      ...(suppressed ? [`suppression: ${suppressed.code}`] : []),
      'sums without names: counted cells, days, published models',
    ],
    endsLater: [
      'stream of the log table: 24 hours',
      'backups of both tables: 35 days; after a restore, erase again',
      'mails that were delivered: in the mailboxes of those who got them',
    ],
  };
}

/** Who was asked for, and whom a shop system asked to be erased as the same person. */
async function wholePerson(rows: PersonalRows, asked: string) {
  const found = (await findPerson(rows, asked)) ?? [];
  const names = new Set([...found, ...namesOf(asked)]);
  const requests = (await rows.erasuresAsked()).filter((request) =>
    request.aliases.some((alias) => names.has(alias)),
  );
  const aliases = new Set(found);
  for (const alias of requests.flatMap((request) => request.aliases)) {
    if (aliases.has(alias)) continue;
    for (const one of await rows.aliasesOf(alias)) aliases.add(one);
  }
  return { aliases: [...aliases], requests: requests.map(({ key }) => key) };
}

/** Nothing but what forbids: no claims, no ids of events. */
const closed = (
  { customerId, version }: Gate,
  suppressed: Gate['suppressed'],
  at: Instant,
): Gate => ({
  customerId,
  version,
  withdrawn: { '*': { at, id: SOURCE, source: SOURCE } },
  ...(suppressed && { suppressed }),
  claims: [],
});

/** A mail between its claim and SES's answer would write its row again. */
async function underWayGone({ rows, now, pause }: EraseDeps, alias: string): Promise<void> {
  for (let waited = 0; waited <= LEASE_MS; waited += LOOK_MS) {
    const mails = await rows.state(alias);
    if (!mails.some((row) => isUnderWay(row, now()))) return;
    await pause(LOOK_MS);
  }
}

const isUnderWay = (row: Row, now: Instant): boolean =>
  (row['state'] as MessageState | undefined) === 'SENDING' && Number(row['leaseUntil'] ?? 0) > now;

async function deleteRows(
  rows: PersonalRows,
  alias: string,
  deleted: Receipt['deleted'],
): Promise<number> {
  const state = (await rows.state(alias)).filter(({ sk }) => sk !== 'STATE' && sk !== 'GATE');
  const events = await rows.log(alias);
  await eachLimited(state, DELETES_AT_ONCE, ({ pk, sk }) => rows.removeState({ pk, sk }));
  await eachLimited(events, DELETES_AT_ONCE, ({ key }) => rows.removeLog(key));
  const begins = (prefix: string) => state.filter(({ sk }) => sk.startsWith(prefix)).length;
  const [mails, decisions] = [begins('MESSAGE#'), begins('DECISION#')];
  deleted.events += events.length;
  deleted.mails += mails;
  deleted.decisions += decisions;
  deleted.other += state.length - mails - decisions;
  return state.length + events.length;
}
