/** Events of a customer, or a wake that is due -> what follows, in one load and one commit. */
import { PerennialError } from '../contract/errors.ts';
import type { CustomerEvent, WakeOrder } from '../contract/events.ts';
import { FIGURES } from '../contract/figures.ts';
import type { Policy } from '../contract/journeys.ts';
import type { Key } from '../contract/keys.ts';
import type { Customer, Decision } from '../domain/customer.ts';
import { decide, rebuildFacts } from '../domain/decide.ts';
import { aliasIdsOf } from '../domain/aliases.ts';
import { cellChanges, sumOfRows } from '../domain/prediction/cells.ts';
import { eachLimited } from './each-limited.ts';
import type { Gates, Ledger } from './ledger.ts';
import { cellsLeft, unionOf, unite, type United } from './merge.ts';

export type Customers = {
  /** The customer that the alias belongs to now (`mergedInto` is followed); an empty one if there is none. */
  load(id: string): Promise<Customer>;
  /**
   * Stores the customer and everything that follows, or nothing. 'stale' when the stored version is not
   * `previous.version` any more: the caller decides again. `cause` names the decision's row, so that a
   * repeat meets the same one. A message whose row exists already is left as it is.
   */
  commit(decision: Decision, previous: Customer, cause: string): Promise<'stored' | 'stale'>;
};

export type ReactLog = {
  /** The event of one row; `undefined` once its time to live is over. */
  read(key: Key): Promise<CustomerEvent | undefined>;
  /** Every event of these aliases that the log still holds, in any order. */
  readCustomer(aliasIds: readonly string[]): Promise<CustomerEvent[]>;
};

export type ReactDeps = {
  customers: Customers;
  log: ReactLog;
  policies: { current(): Promise<Policy> };
  /** For customers who turn out to be one. */
  gates: Gates;
  ledger: Pick<Ledger, 'load'>;
  /** Waits before the next try; injected, so that tests do not. */
  pause(ms: number): Promise<void>;
  /** In [0, 1): spreads the tries of those who met. It decides nothing about customers. */
  jitter(): number;
  count(name: string, value?: number): void;
};

/** An event as the queue brings it: whole, or to be read from the log (its properties are personal). */
export type Arrival = { event: CustomerEvent; complete: boolean };

/**
 * Ten lanes that write one customer at the same moment are done after at most ten rounds, the usual two
 * after two; whoever meets more comes again by the queue, later.
 */
export const ATTEMPTS_MAX = 10;
/** First pause; it doubles up to the limit. A commit takes about 10 ms. */
const PAUSE_MS = 20;
const PAUSE_MAX_MS = 1_000;

/** A function is billed while it waits for the table: eight customers wait together. */
export const CUSTOMERS_AT_ONCE = 8;

/** Others kept writing this customer; the queue brings the message again. */
export class CustomerBusy extends PerennialError {
  constructor(customerId: string, attempts: number) {
    super(
      'customer-busy',
      `customer ${customerId}: another writer was first ${attempts} times; the queue brings it again.`,
    );
  }
}

/**
 * Folds a batch: grouped by alias, each group one load and one commit. Resolves to the arrivals that
 * should come again, with the error; a group's failure does not touch the others.
 */
export async function reactToEvents(
  deps: ReactDeps,
  arrivals: readonly Arrival[],
): Promise<{ arrivals: Arrival[]; error: unknown }[]> {
  const policy = await deps.policies.current();
  const groups = Map.groupBy(arrivals, ({ event }) => event.aliasId);
  const failed: { arrivals: Arrival[]; error: unknown }[] = [];
  await eachLimited([...groups], CUSTOMERS_AT_ONCE, async ([aliasId, group]) => {
    try {
      await foldGroup(deps, aliasId, group, policy);
    } catch (error) {
      failed.push({ arrivals: group, error });
    }
  });
  return failed;
}

async function foldGroup(
  deps: ReactDeps,
  aliasId: string,
  group: readonly Arrival[],
  policy: Policy,
): Promise<void> {
  const events: CustomerEvent[] = [];
  for (const { event, complete } of group) {
    const whole = complete ? event : await deps.log.read(event.key);
    // Its time to live ended while it waited: an event that nobody keeps can no longer be a fact.
    if (whole) events.push(whole);
    else deps.count(FIGURES.eventsGone);
  }
  events.sort(byArrival);
  const cause = events.map(({ id }) => id).join(' ');
  await commitOptimistically(deps, aliasId, cause, async (loaded) => {
    const united = await unite(deps, loaded, events, policy);
    const folded = await foldEvents(deps, united.customer, events, policy);
    const decision = await withUnion(deps, united, folded);
    return { decision: counted(united, decision, policy), previous: united.previous };
  });
}

async function withUnion(deps: ReactDeps, united: United, folded: Decision): Promise<Decision> {
  const union = await unionOf(deps, united);
  return {
    ...folded,
    ...(union && { union }),
    reasons: [...united.reasons, ...folded.reasons],
    changed: folded.changed || united.changed,
  };
}

/** Only for equal rows in equal batches: facts merge the same in any order. */
const byArrival = (a: CustomerEvent, b: CustomerEvent): number =>
  a.receivedAt - b.receivedAt || a.occurredAt - b.occurredAt || (a.id < b.id ? -1 : 1);

async function foldEvents(
  deps: ReactDeps,
  customer: Customer,
  events: readonly CustomerEvent[],
  policy: Policy,
): Promise<Decision> {
  let sum: Decision = { customer, messages: [], emits: [], reasons: [], changed: false };
  // One reading of the log holds the whole batch: rows are durable before they are published.
  let read = false;
  for (const event of events) {
    const next = decide(sum.customer, { kind: 'event', event }, policy);
    const rebuilds: boolean = next.rebuild === true && !read;
    sum = {
      customer: rebuilds
        ? await rebuilt(deps, next.customer, event.aliasId, policy)
        : next.customer,
      messages: [...sum.messages, ...next.messages],
      emits: [...sum.emits, ...next.emits],
      reasons: [...sum.reasons, ...next.reasons],
      changed: sum.changed || next.changed || rebuilds,
    };
    read ||= rebuilds;
  }
  return sum;
}

/** With what the orders changed in the counted cells: wakes and all other events change nothing there. */
function counted(united: United, decision: Decision, { settings }: Policy): Decision {
  const { currency } = settings.shop;
  const changes = cellChanges(united.previous.facts, decision.customer.facts, currency);
  const cells =
    united.absorbed.length === 0
      ? changes
      : sumOfRows([...changes, ...cellsLeft(united, currency)]);
  return cells.length > 0 ? { ...decision, cells } : decision;
}

/** The item cannot tell this event from one it has folded already: the log can. */
async function rebuilt(
  deps: ReactDeps,
  customer: Customer,
  aliasId: string,
  policy: Policy,
): Promise<Customer> {
  deps.count(FIGURES.factsRebuilt);
  const aliases = [...new Set([...aliasIdsOf(customer), aliasId])];
  return rebuildFacts(customer, await deps.log.readCustomer(aliases), policy);
}

/** What became of a wake: `not-due` when another wake time is stored by now, or none. */
export type WakeOutcome = 'stored' | 'not-due';

/** Wakes one customer. Wakes of the past, repeats and wakes that moved are dropped: the index brings what is due. */
export async function reactToWake(deps: ReactDeps, order: WakeOrder): Promise<WakeOutcome> {
  const policy = await deps.policies.current();
  const { customerId, dueAt } = order;
  let outcome: WakeOutcome = 'stored';
  await commitOptimistically(deps, customerId, `wake ${dueAt}`, async (customer) => {
    outcome = customer.nextWakeAt === dueAt ? 'stored' : 'not-due';
    if (outcome !== 'stored') return undefined;
    return { decision: decide(customer, { kind: 'wake', dueAt }, policy), previous: customer };
  });
  return outcome;
}

/** `Decided_planned`, `Decided_held-out`, `Decided_arrived-too-late`, …: the planned side of the closure. */
function countReasons({ count }: ReactDeps, { reasons }: Decision): void {
  for (const { outcome } of reasons) count(`Decided_${outcome}`);
}

/** Loads, decides, commits; decides again on what is stored when somebody else was first. */
async function commitOptimistically(
  deps: ReactDeps,
  customerId: string,
  cause: string,
  /** `previous` is whom it replaces: who was loaded, or who that one turned out to be. */
  decideOn: (customer: Customer) => Promise<{ decision: Decision; previous: Customer } | undefined>,
): Promise<void> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const decided = await decideOn(await deps.customers.load(customerId));
    if (!decided?.decision.changed) return;
    const { decision, previous } = decided;
    const outcome = await deps.customers.commit(decision, previous, cause);
    if (outcome === 'stored') return countReasons(deps, decision);
    const longest = Math.min(PAUSE_MAX_MS, PAUSE_MS * 2 ** (attempt - 1));
    await deps.pause(longest * (0.5 + deps.jitter() / 2));
  }
  throw new CustomerBusy(customerId, ATTEMPTS_MAX);
}
