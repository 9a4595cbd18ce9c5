/** Customers who turn out to be one while a log is replayed: as `merge.ts` does it, all in memory. */
import type { CustomerEvent } from '../../contract/events.ts';
import { aliasOfLink, messageId } from '../../contract/ids.ts';
import type { Policy } from '../../contract/journeys.ts';
import type { Gate, Message } from '../../contract/messages.ts';
import type { DecisionReason } from '../../contract/reasons.ts';
import {
  aliasesOf,
  aliasIdsOf,
  elder,
  hasPlanned,
  joinAliases,
  newLinks,
  whyApart,
} from '../../domain/aliases.ts';
import type { Customer } from '../../domain/customer.ts';
import { afterUnion } from '../../domain/decide.ts';
import { REBUILD } from '../../domain/facts/orders.ts';
import { openGate } from '../../domain/gate.ts';
import { mergeCustomers, mergeGates, rowsToAsk } from '../../domain/merging.ts';

export type State = {
  customer: Customer;
  /** Live, a customer whom no event changed yet has no item. */
  stored?: true;
  /** Only of customers who have narrowed something or were mailed. */
  gate?: Gate;
  /** Ids of all messages ever planned, so that none is planned twice; open ones with their row. */
  messages?: Map<string, Message | undefined>;
  /** Ids of those that were sent. */
  sent?: Set<string>;
  emits?: CustomerEvent[];
};

/** Everybody whom the events of one group may make one customer. */
export class People {
  private readonly states = new Map<string, State>();
  private readonly into = new Map<string, string>();
  private readonly empty: (id: string) => Customer;

  constructor(empty: (id: string) => Customer) {
    this.empty = empty;
  }

  /** Customers who are still themselves. */
  get size(): number {
    return this.states.size;
  }

  of(aliasId: string): State {
    let id = aliasId;
    for (let next = this.into.get(id); next !== undefined; next = this.into.get(id)) id = next;
    const known = this.states.get(id);
    if (known) return known;
    const state: State = { customer: this.empty(id) };
    this.states.set(id, state);
    return state;
  }

  private has = (aliasId: string): boolean => this.into.has(aliasId) || this.states.has(aliasId);

  /** Follows the event's links; `log` holds all events of these aliases so far. */
  unite(
    event: CustomerEvent,
    policy: Policy,
    log: (aliasIds: readonly string[]) => CustomerEvent[],
  ): DecisionReason[] {
    const reasons: DecisionReason[] = [];
    for (const link of newLinks(event.links ?? [], this.of(event.aliasId).customer)) {
      const told = this.follow(event, link, policy, log);
      if (told) reasons.push({ at: event.receivedAt, journey: '', step: '', ...told });
    }
    return reasons;
  }

  private follow(
    event: CustomerEvent,
    link: string,
    policy: Policy,
    log: (aliasIds: readonly string[]) => CustomerEvent[],
  ): Pick<DecisionReason, 'occasion' | 'outcome' | 'reason'> | undefined {
    const own = event.links?.[0] ?? link;
    const state = this.of(event.aliasId);
    const { customer } = state;
    const mine = aliasesOf(customer, own);
    if (!this.has(aliasOfLink(link))) {
      const apart = whyApart(mine, [link], [own, link]);
      if (apart) return refused(aliasOfLink(link), apart);
      this.into.set(aliasOfLink(link), customer.id);
      state.customer = { ...customer, aliases: joinAliases(mine, [link]) };
      return asOne(state);
    }
    const other = this.of(aliasOfLink(link));
    const theirs = other === state ? [link] : aliasesOf(other.customer, link);
    const apart = whyApart(mine, theirs, [own, link]);
    if (apart) return refused(other.customer.id, apart);
    const aliases = joinAliases(mine, theirs);
    if (other === state) {
      state.customer = { ...customer, aliases };
      return undefined;
    }
    const keeps = elder(asStored(state), asStored(other)).id === customer.id;
    const [winner, loser] = keeps ? [state, other] : [other, state];
    const ended = loser.customer.id;
    this.into.set(ended, winner.customer.id);
    this.states.delete(ended);
    absorb(winner, loser, aliases, policy, event.receivedAt, log);
    if (!winner.stored || !loser.stored) return asOne(winner);
    const reason = { code: 'merged' as const, into: winner.customer.id };
    return { occasion: ended, outcome: 'merged', reason };
  }
}

const refused = (occasion: string, code: 'aliases-full' | 'anonymous-shared') =>
  ({ occasion, outcome: 'kept-apart', reason: { code } }) as const;

const asStored = ({ customer, stored }: State): Customer => ({
  ...customer,
  version: stored ? 1 : 0,
});

/** Only one of both was ever stored: nothing to tell. */
function asOne(state: State): undefined {
  state.stored = true;
}

function absorb(
  winner: State,
  loser: State,
  aliases: readonly string[],
  policy: Policy,
  now: number,
  log: (aliasIds: readonly string[]) => CustomerEvent[],
): void {
  const { customer } = winner;
  const messages = new Map([...(winner.messages ?? []), ...(loser.messages ?? [])]);
  const asked = rowsToAsk(customer, loser.customer).map(({ id }) => id);
  const planned = new Set(asked.filter((id) => messages.has(id)));
  const merge = (events?: Parameters<typeof mergeCustomers>[3]) =>
    mergeCustomers(customer, loser.customer, planned, events);
  const short = merge();
  const joined =
    short === REBUILD
      ? merge({
          winner: [...log(aliasIdsOf(customer)), ...(winner.emits ?? [])],
          loser: [...log(aliasIdsOf(loser.customer)), ...(loser.emits ?? [])],
        })
      : short;
  if (joined === REBUILD) throw new RangeError(`customer ${customer.id}: no log to merge with`);
  winner.customer = afterUnion(customer.facts, { ...joined, aliases }, policy, now);
  if (winner.gate || loser.gate || hasPlanned(loser.customer)) {
    const former = hasPlanned(loser.customer) ? [loser.customer.id] : [];
    const [mine, theirs] = [winner, loser].map(
      (state) => state.gate ?? openGate(state.customer.id),
    ) as [Gate, Gate];
    winner.gate = mergeGates(mine, theirs, former);
  }
  if (messages.size > 0) winner.messages = messages;
  const sent = new Set([...(winner.sent ?? []), ...(loser.sent ?? [])]);
  if (sent.size > 0) winner.sent = sent;
  const emits = [...(winner.emits ?? []), ...(loser.emits ?? [])];
  if (emits.length > 0) winner.emits = emits;
}

/** True when the mail was sent under an id that the customer had before. */
export const wentBefore = ({ gate, sent }: State, { journey, step, occasion }: Message): boolean =>
  gate?.former?.some((id) => sent?.has(messageId(id, journey, step, occasion))) ?? false;
