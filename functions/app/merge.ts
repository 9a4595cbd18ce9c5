/** Events that say who is the same person -> one customer, with all that either was told. */
import { PerennialError } from '../contract/errors.ts';
import type { CustomerEvent } from '../contract/events.ts';
import { aliasOfLink } from '../contract/ids.ts';
import type { Policy } from '../contract/journeys.ts';
import type { Gate } from '../contract/messages.ts';
import type { DecisionReason } from '../contract/reasons.ts';
import {
  type Apart,
  aliasesOf,
  aliasIdsOf,
  elder,
  hasPlanned,
  joinAliases,
  newLinks,
  whyApart,
} from '../domain/aliases.ts';
import { type Absorbed, type Customer, type Decision, emptyCustomer } from '../domain/customer.ts';
import { afterUnion } from '../domain/decide.ts';
import { REBUILD } from '../domain/facts/orders.ts';
import { mergeCustomers, mergeGates, rowsToAsk } from '../domain/merging.ts';
import { type CellChange, cellChanges, sumOfRows } from '../domain/prediction/cells.ts';
import type { Gates, Ledger } from './ledger.ts';
import type { Customers, ReactLog } from './react.ts';

export type MergeDeps = {
  customers: Pick<Customers, 'load'>;
  log: Pick<ReactLog, 'readCustomer'>;
  gates: Gates;
  ledger: Pick<Ledger, 'load'>;
  count(name: string, value?: number): void;
};

/** Who the customer is once the events' links are followed; `previous` is what the commit goes over. */
export type United = {
  customer: Customer;
  previous: Customer;
  absorbed: Absorbed[];
  reasons: DecisionReason[];
  changed: boolean;
};

/**
 * Follows the links of a batch, which is of one alias. Costs nothing where none is new; a new alias costs two
 * reads. Nothing is written: all of it travels in the customer's commit, over what was read here, so that a
 * repeat, another order or a race meets either all of it or nothing.
 */
export async function unite(
  deps: MergeDeps,
  loaded: Customer,
  events: readonly CustomerEvent[],
  policy: Policy,
): Promise<United> {
  let sum: United = {
    customer: loaded,
    previous: loaded,
    absorbed: [],
    reasons: [],
    changed: false,
  };
  for (const event of events) {
    for (const link of newLinks(event.links ?? [], sum.customer)) {
      sum = await follow(deps, sum, event, link, policy);
    }
  }
  return sum;
}

async function follow(
  deps: MergeDeps,
  sum: United,
  event: CustomerEvent,
  link: string,
  policy: Policy,
): Promise<United> {
  const own = event.links?.[0] ?? link;
  const other = await current(deps, aliasOfLink(link), sum);
  const mine = aliasesOf(sum.customer, own);
  // It points here already, with an item that came before its alias was kept.
  const theirs = other.id === sum.customer.id ? [link] : aliasesOf(other, link);
  const apart = whyApart(mine, theirs, [own, link]);
  if (apart) return refused(deps, sum, event, other, apart);
  const aliases = joinAliases(mine, theirs);
  if (other.id === sum.customer.id)
    return { ...sum, customer: { ...sum.customer, aliases }, changed: true };
  return absorb(deps, sum, event, other, aliases, policy);
}

/** Whoever the alias is: the customer at hand too, who is not stored as such yet. */
async function current({ customers }: MergeDeps, id: string, sum: United): Promise<Customer> {
  const other = await customers.load(id);
  const isHere =
    other.id === sum.previous.id || sum.absorbed.some(({ customer }) => customer.id === other.id);
  return isHere ? sum.customer : other;
}

function refused(
  { count }: MergeDeps,
  sum: United,
  event: CustomerEvent,
  other: Customer,
  code: Apart,
): United {
  count(`KeptApart.${code}`);
  const told = toldOf(event, other.id, 'kept-apart', { code });
  return { ...sum, reasons: [...sum.reasons, told] };
}

async function absorb(
  deps: MergeDeps,
  sum: United,
  event: CustomerEvent,
  other: Customer,
  aliases: readonly string[],
  policy: Policy,
): Promise<United> {
  const keeps = elder(sum.customer, other).id === sum.customer.id;
  const [winner, loser] = keeps ? [sum.customer, other] : [other, sum.customer];
  const ended = keeps ? other : sum.previous;
  const gate = await deps.gates.load(ended.id);
  const sorted = [...aliases].sort((a, b) => Number(isOf(b, winner)) - Number(isOf(a, winner)));
  const isMerge = winner.version > 0 && loser.version > 0;
  const joined = isMerge ? await joinedWith(deps, winner, loser) : winner;
  const customer = { ...joined, aliases: sorted };
  if (isMerge) deps.count('CustomersMerged');
  return {
    customer: isMerge ? afterUnion(winner.facts, customer, policy, event.receivedAt) : customer,
    previous: keeps ? sum.previous : other,
    absorbed: [...sum.absorbed, { customer: ended, gate }],
    reasons: isMerge
      ? [...sum.reasons, toldOf(event, ended.id, 'merged', { code: 'merged', into: winner.id })]
      : sum.reasons,
    changed: true,
  };
}

const isOf = (link: string, { id }: Customer): boolean => aliasOfLink(link) === id;

async function joinedWith(deps: MergeDeps, winner: Customer, loser: Customer): Promise<Customer> {
  const planned = await plannedOf(deps, winner, loser);
  const joined = mergeCustomers(winner, loser, planned);
  if (joined !== REBUILD) return joined;
  const [ofWinner, ofLoser] = await Promise.all([
    deps.log.readCustomer(aliasIdsOf(winner)),
    deps.log.readCustomer(aliasIdsOf(loser)),
  ]);
  const rebuilt = mergeCustomers(winner, loser, planned, { winner: ofWinner, loser: ofLoser });
  if (rebuilt !== REBUILD) return rebuilt;
  throw new PerennialError(
    'merge-without-log',
    `customer ${winner.id}: got no orders from the log for ${loser.id}; look at what rebuilds them.`,
  );
}

/** Rows of waiting mails that exist under either id. Few mails wait, and few customers merge. */
async function plannedOf({ ledger }: MergeDeps, winner: Customer, loser: Customer) {
  const found = await Promise.all(
    rowsToAsk(winner, loser).map(async ({ customerId, id }) =>
      (await ledger.load({ customerId, messageId: id })) ? [id] : [],
    ),
  );
  return new Set(found.flat());
}

const toldOf = (
  event: CustomerEvent,
  occasion: string,
  outcome: 'merged' | 'kept-apart',
  reason: DecisionReason['reason'],
): DecisionReason => ({ at: event.receivedAt, journey: '', step: '', occasion, outcome, reason });

/** What the commit carries of it. */
export async function unionOf(
  { gates }: Pick<MergeDeps, 'gates'>,
  { customer, absorbed }: United,
): Promise<NonNullable<Decision['union']> | undefined> {
  if (absorbed.length === 0) return undefined;
  // An alias that nobody ever used narrows nothing and planned nothing.
  const tell = absorbed.filter((one) => one.customer.version > 0 || one.gate.version > 0);
  if (tell.length === 0) return { absorbed };
  const was = await gates.load(customer.id);
  const next = tell.reduce((gate: Gate, one) => {
    const former = hasPlanned(one.customer) ? [one.customer.id] : [];
    return mergeGates(gate, one.gate, former);
  }, was);
  return { absorbed, gate: { was, next: { ...next, version: was.version + 1 } } };
}

/** What leaves the counted cells with the customers who end. */
export const cellsLeft = ({ absorbed }: United, currency: string): CellChange[] =>
  sumOfRows(
    absorbed.flatMap(({ customer }) =>
      cellChanges(customer.facts, emptyCustomer(customer.id).facts, currency),
    ),
  );

/** Events that say who is the same person, and nobody has acted on it: for the audit. */
export async function unfollowed(
  customers: Pick<Customers, 'load'>,
  customer: Customer,
  events: readonly CustomerEvent[],
): Promise<CustomerEvent[]> {
  const found: CustomerEvent[] = [];
  for (const event of events) {
    for (const link of newLinks(event.links ?? [], customer)) {
      const own = event.links?.[0] ?? link;
      const other = await customers.load(aliasOfLink(link));
      const theirs = aliasesOf(other, link);
      if (!whyApart(aliasesOf(customer, own), theirs, [own, link])) found.push(event);
    }
  }
  return found;
}
