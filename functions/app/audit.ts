/**
 * Is every logged event folded? Folding an event again changes nothing, so asking `decide` once more tells:
 * what would still change the customer was lost on its way, by whatever, and goes on the bus again. It
 * needs no counters, and repeats cannot hide a loss from it.
 */
import { isDeepStrictEqual } from 'node:util';
import type { CustomerEvent } from '../contract/events.ts';
import { FIGURES } from '../contract/figures.ts';
import type { Policy } from '../contract/journeys.ts';
import { aliasIdsOf } from '../domain/aliases.ts';
import type { Customer } from '../domain/customer.ts';
import { decide, rebuildFacts } from '../domain/decide.ts';
import { unfollowed } from './merge.ts';
import { eachLimited } from './each-limited.ts';
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from '../contract/time.ts';
import type { Bus } from './ports.ts';
import { entryOfEvent } from './publish.ts';
import type { Customers, ReactLog } from './react.ts';

export type AuditDeps = {
  /** A stretch of the log, old enough that nothing of it is under way any more. */
  pages: AsyncIterable<{ events: readonly CustomerEvent[]; scanned: number }>;
  customers: Pick<Customers, 'load'>;
  log: Pick<ReactLog, 'readCustomer'>;
  policies: { current(): Promise<Policy> };
  bus: Bus;
  count(name: string, value?: number): void;
};

/** `missing`: not folded; `refused`: of these, not taken by the bus, so missing at the next audit too. */
export type Audited = { scanned: number; events: number; missing: number; refused: number };

/** After an hour every queue has had its tries and sweep its redrives. */
export const SETTLED_MS = HOUR_MS;
/**
 * A part of the log an hour, the whole of it once a week. A log of ten million rows (5 GB) costs 0.08 USD
 * to read, so weekly is 0.36 a month and daily would be 2.5.
 */
export const PARTS = 7 * 24;
/** How far back an audit looks: each event is seen by two, a week apart, so that a lost tick costs a week. */
export const LOOK_BACK_MS = 15 * DAY_MS;
/** Of the ticks of an hour, the first. */
const TICK_MS = 5 * MINUTE_MS;
/** Customers read at once. */
const LOADS_AT_ONCE = 8;

/** Costs one read a customer and page beside the scan, and one bus entry for each event that was lost. */
export async function audit(deps: AuditDeps): Promise<Audited> {
  const policy = await deps.policies.current();
  const done: Audited = { scanned: 0, events: 0, missing: 0, refused: 0 };
  for await (const { events, scanned } of deps.pages) {
    const missing: CustomerEvent[] = [];
    const groups = [...Map.groupBy(events, ({ aliasId }) => aliasId)];
    await eachLimited(groups, LOADS_AT_ONCE, async ([aliasId, group]) => {
      const customer = await deps.customers.load(aliasId);
      missing.push(...(await unfolded(deps, customer, group, policy)));
    });
    if (missing.length > 0) done.refused += (await deps.bus.put(missing.map(entryOfEvent))).length;
    done.scanned += scanned;
    done.events += events.length;
    done.missing += missing.length;
  }
  deps.count('EventsMissing', done.missing);
  // Only when there are any: they ring the alarm of work that was left open.
  if (done.missing > 0) deps.count(FIGURES.ledgerOverdue, done.missing);
  return done;
}

async function unfolded(
  { customers, log }: AuditDeps,
  customer: Customer,
  events: readonly CustomerEvent[],
  policy: Policy,
): Promise<CustomerEvent[]> {
  const decided = events.map((event) => ({
    event,
    ...decide(customer, { kind: 'event', event }, policy),
  }));
  const apart = new Set(await unfollowed(customers, customer, events));
  const missing = decided
    .filter(({ changed, event }) => changed || apart.has(event))
    .map(({ event }) => event);
  const sealed = decided.filter(({ rebuild }) => rebuild).map(({ event }) => event);
  if (sealed.length === 0) return missing;
  // Older than the item can tell apart: only its whole log can say whether anything is missing.
  const rebuilt = rebuildFacts(customer, await log.readCustomer(aliasIdsOf(customer)), policy);
  return isDeepStrictEqual(ofOrders(rebuilt), ofOrders(customer))
    ? missing
    : [...missing, ...sealed];
}

/** What an order can change. */
const ofOrders = ({ facts }: Customer) => [facts.orders, facts.sealed, facts.profile];

export type HourlyAuditDeps = Omit<AuditDeps, 'pages'> & {
  /** What was received in a stretch of time, of one part of the log. */
  pages(stretch: {
    from: Instant;
    to: Instant;
    segment: { index: number; of: number };
  }): AuditDeps['pages'];
};

/** The audit of this hour's part of the log; `undefined` at the other ticks of the hour. */
export async function auditHourly(
  deps: HourlyAuditDeps,
  now: Instant,
): Promise<Audited | undefined> {
  if (now % HOUR_MS >= TICK_MS) return undefined;
  const index = Math.floor(now / HOUR_MS) % PARTS;
  const stretch = { from: now - LOOK_BACK_MS, to: now - SETTLED_MS, segment: { index, of: PARTS } };
  return audit({ ...deps, pages: deps.pages(stretch) });
}
