/**
 * A log through the kernel on a virtual clock: the same `decide` and `judge` as live, with everything in
 * memory and a mailer that accepts. Equal events and equal code give equal decisions, whatever the order
 * of the lines they came from. Customers are independent, so they go one after the other: each is small
 * and soon forgotten, where all at once would be moved about in memory for the whole run.
 */
import { emitEvent } from '../contract/own-events.ts';
import type { CustomerEvent } from '../contract/events.ts';
import type { Policy } from '../contract/journeys.ts';
import type { Gate, Message } from '../contract/messages.ts';
import type { Reason } from '../contract/reasons.ts';
import type { Instant } from '../contract/time.ts';
import { aliasIdsOf } from '../domain/aliases.ts';
import type { Customer, Decision, Emit } from '../domain/customer.ts';
import type { Stimulus } from '../domain/decide.ts';
import { claim, openGate } from '../domain/gate.ts';
import { changed, planned } from '../domain/ledger.ts';
import type { EventArena, ReplayClock } from './replay/event-arena.ts';
import { MERGED, movedTo } from './moving.ts';
import { Heap } from './replay/heap.ts';
import { type DecisionLine, lineOf } from './replay/report.ts';
import { People, type State, wentBefore } from './replay/union.ts';

/** The pure code that a replay runs; tests may put another in its place. */
export type Kernel = {
  empty(id: string): Customer;
  decide(customer: Customer, stimulus: Stimulus, policy: Policy): Decision;
  rebuildFacts(customer: Customer, events: readonly CustomerEvent[], policy: Policy): Customer;
  /** What the gate becomes when an event that narrows permission is stored; as at ingest. */
  narrow(gate: Gate, event: CustomerEvent): Gate;
  judge(
    message: Message,
    gate: Gate,
    customer: Customer,
    policy: Policy,
    now: Instant,
  ): { go: true } | { putBack: Instant; reason: Reason } | { suppress: Reason };
};

export type ReplayOptions = {
  clock: ReplayClock;
  /** The last moment that is done; without it, the last event's. */
  until?: Instant;
  /** Streams each decision, customer by customer, each in the order of virtual time. */
  onDecision?(line: DecisionLine): void;
  /** Called every `PROGRESS_EVENTS` events. */
  onProgress?(events: number): void;
};

export type ReplayResult = {
  /** Events folded; those after `until` are not. */
  events: number;
  /** Emits of the live system: not folded, since the replay makes its own. */
  emitsLeftOut: number;
  emits: number;
  wakes: number;
  mails: number;
  decisions: number;
  rebuilds: number;
  customers: number;
  until: Instant;
};

export const PROGRESS_EVENTS = 20_000;
/** A message that is put back more often than this waits for something that never comes. */
export const PUT_BACKS_MAX = 1_000;

type Due =
  | { at: Instant; kind: typeof EMITTED; id: string; customer: string; event: CustomerEvent }
  | { at: Instant; kind: typeof WAKE; id: string; customer: string }
  | { at: Instant; kind: typeof CLAIM; id: string; customer: string; putBacks: number };

// At equal times events come before wakes, and a claim follows the wake that planned it.
const EMITTED = 0;
const WAKE = 1;
const CLAIM = 2;

const sooner = (a: Due, b: Due): boolean =>
  a.at !== b.at ? a.at < b.at : a.kind !== b.kind ? a.kind < b.kind : a.id < b.id;

/** Runs the whole log; `arena` keeps it, `kernel` and `policy` decide. */
export function replay(
  arena: EventArena,
  kernel: Kernel,
  policy: Policy,
  options: ReplayOptions,
): ReplayResult {
  const until = options.until ?? arena.end(options.clock);
  const run = new Run(arena, kernel, policy, options, until);
  for (const ids of arena.groups()) run.customers(ids);
  return run.result;
}

class Run {
  readonly result: ReplayResult;
  private readonly arena: EventArena;
  private readonly kernel: Kernel;
  private readonly policy: Policy;
  private readonly options: ReplayOptions;
  /** Of the group whose turn it is: nearly always one customer. */
  private people: People;
  private dues = new Heap<Due>(sooner);

  constructor(
    arena: EventArena,
    kernel: Kernel,
    policy: Policy,
    options: ReplayOptions,
    until: Instant,
  ) {
    this.arena = arena;
    this.kernel = kernel;
    this.policy = policy;
    this.options = options;
    this.people = new People(kernel.empty);
    this.result = {
      events: 0,
      emitsLeftOut: 0,
      emits: 0,
      wakes: 0,
      mails: 0,
      decisions: 0,
      rebuilds: 0,
      customers: 0,
      until,
    };
  }

  /** Events, wakes and mails of aliases that may become one customer, from the first to `until`. */
  customers(ids: readonly string[]): void {
    const { until } = this.result;
    this.people = new People(this.kernel.empty);
    this.dues = new Heap<Due>(sooner);
    for (const event of this.arena.ofCustomers(ids, this.options.clock, until)) {
      this.before(event.receivedAt);
      this.take(event);
    }
    this.before(until + 1);
    this.result.customers += this.people.size;
  }

  /** Everything that is due before `limit`. */
  private before(limit: Instant): void {
    for (let due = this.dues.peek(); due && due.at < limit; due = this.dues.peek()) {
      this.dues.pop();
      if (due.kind === EMITTED) this.fold(due.event);
      else if (due.kind === WAKE) this.wake(due);
      else this.claim(due);
    }
  }

  /** One event of the log. Emits of the live system are left out: this run makes its own. */
  private take(event: CustomerEvent): void {
    if (event.depth > 0) {
      this.result.emitsLeftOut += 1;
      return;
    }
    this.fold(event);
    this.result.events += 1;
    if (this.result.events % PROGRESS_EVENTS === 0) {
      this.options.onProgress?.(this.result.events);
    }
  }

  private fold(event: CustomerEvent): void {
    if (event.links) this.unite(event);
    const state = this.people.of(event.aliasId);
    const gate = state.gate ?? openGate(state.customer.id);
    const narrowed = this.kernel.narrow(gate, event);
    if (narrowed !== gate) state.gate = narrowed;
    const decision = this.kernel.decide(state.customer, { kind: 'event', event }, this.policy);
    this.commit(state, decision.rebuild ? this.rebuilt(state, decision, event) : decision);
  }

  private unite(event: CustomerEvent): void {
    const told = this.people.unite(event, this.policy, (ids) => this.logOf(ids, event.receivedAt));
    const { customer } = this.people.of(event.aliasId);
    for (const reason of told) this.tell(customer.id, reason);
    this.wakeAt(customer, undefined);
  }

  private logOf(aliasIds: readonly string[], until: Instant): CustomerEvent[] {
    return this.arena
      .ofCustomers(aliasIds, this.options.clock, until)
      .filter(({ depth }) => depth === 0);
  }

  private rebuilt(state: State, decision: Decision, event: CustomerEvent): Decision {
    this.result.rebuilds += 1;
    const ids = new Set([...aliasIdsOf(state.customer), event.aliasId]);
    const all = [...this.logOf([...ids], event.receivedAt), ...(state.emits ?? [])];
    const customer = this.kernel.rebuildFacts(decision.customer, all, this.policy);
    return { ...decision, customer, changed: true };
  }

  private wake({ at, customer }: Due): void {
    const state = this.people.of(customer);
    // The wake moved since: the heap holds the other one as well.
    if (state.customer.nextWakeAt !== at) return;
    this.result.wakes += 1;
    const decision = this.kernel.decide(state.customer, { kind: 'wake', dueAt: at }, this.policy);
    this.commit(state, decision);
  }

  private commit(state: State, decision: Decision): void {
    const before = state.customer.nextWakeAt;
    if (decision.changed) {
      state.customer = decision.customer;
      state.stored = true;
    }
    const { id } = state.customer;
    this.wakeAt(state.customer, before);
    for (const reason of decision.reasons) this.tell(id, reason);
    for (const message of decision.messages) {
      state.messages ??= new Map();
      if (state.messages.has(message.id)) continue;
      this.open(state, planned(message, OP_ID));
    }
    for (const emit of decision.emits) this.emit(state, emit);
  }

  private wakeAt({ id, nextWakeAt }: Customer, before: Instant | undefined): void {
    if (nextWakeAt === undefined || nextWakeAt === before) return;
    this.dues.push({ at: nextWakeAt, kind: WAKE, id, customer: id });
  }

  private open(state: State, row: Message): void {
    const { id, customerId } = row;
    (state.messages ??= new Map()).set(id, row);
    this.dues.push({ at: row.notBefore, kind: CLAIM, id, customer: customerId, putBacks: 0 });
  }

  private emit(state: State, emit: Emit): void {
    const { id } = state.customer;
    const { event } = emitEvent(emit, id);
    (state.emits ??= []).push(event);
    this.result.emits += 1;
    this.dues.push({ at: event.receivedAt, kind: EMITTED, id: event.id, customer: id, event });
  }

  private claim(due: Due & { kind: typeof CLAIM }): void {
    const state = this.people.of(due.customer);
    const row = state.messages?.get(due.id);
    if (!row) return;
    if (row.customerId !== state.customer.id) return this.move(state, row, due.at);
    if (wentBefore(state, row)) return this.suppress(state, row, MERGED, due.at);
    const gate = state.gate ?? openGate(row.customerId);
    const verdict = this.kernel.judge(row, gate, state.customer, this.policy, due.at);
    if ('go' in verdict) this.send(state, row, gate, due.at);
    else if ('suppress' in verdict) this.suppress(state, row, verdict.suppress, due.at);
    else this.putBack(state, row, verdict, due);
  }

  private suppress(state: State, row: Message, reason: Reason, at: Instant): void {
    state.messages?.set(row.id, undefined);
    this.tell(row.customerId, { ...row, at, outcome: 'suppressed', reason });
  }

  /** A mail of somebody who is another customer now. */
  private move(state: State, row: Message, at: Instant): void {
    this.suppress(state, row, MERGED, at);
    const moved = movedTo(row, state.customer.id, OP_ID);
    if (state.messages?.has(moved.id)) return;
    this.open(state, { ...moved, notBefore: Math.max(moved.notBefore, at) });
  }

  private send(state: State, row: Message, gate: Gate, at: Instant): void {
    if (row.purpose === 'marketing') state.gate = claim(gate, row.id, at) ?? gate;
    // Settled: only the id is kept, so that nothing plans it again.
    state.messages?.set(row.id, undefined);
    (state.sent ??= new Set()).add(row.id);
    this.result.mails += 1;
    this.tell(row.customerId, { ...row, at, outcome: 'sent', reason: { code: 'accepted' } });
  }

  private putBack(
    state: State,
    row: Message,
    verdict: { putBack: Instant; reason: Reason },
    due: Due & { kind: typeof CLAIM },
  ): void {
    if (due.putBacks >= PUT_BACKS_MAX) {
      throw new RangeError(`message ${row.id}: put back ${PUT_BACKS_MAX} times`);
    }
    const { putBack: notBefore, reason } = verdict;
    const next = changed(row, { kind: 'put-back', notBefore, reason }, OP_ID) ?? row;
    state.messages?.set(row.id, next);
    this.tell(row.customerId, { ...row, at: due.at, outcome: 'put-back', reason });
    // At least a second later: a claim that comes back at its own time would never end.
    const at = Math.max(next.notBefore, due.at + 1000);
    this.dues.push({ ...due, at, putBacks: due.putBacks + 1 });
  }

  private tell(customer: string, told: Parameters<typeof lineOf>[1]): void {
    this.result.decisions += 1;
    this.options.onDecision?.(lineOf(customer, told));
  }
}

/** Nobody competes for a row here. */
const OP_ID = 'replay';
