import { describe, expect, it } from 'vitest';
import { EventArena } from '../../../functions/app/replay/event-arena.ts';
import { KERNEL } from '../../../functions/app/replay/kernel.ts';
import {
  type DecisionLine,
  SetDigest,
  Summary,
  textOf,
} from '../../../functions/app/replay/report.ts';
import { type Kernel, replay, type ReplayOptions } from '../../../functions/app/replay.ts';
import type { CustomerEvent } from '../../../functions/contract/events.ts';
import type { Policy } from '../../../functions/contract/journeys.ts';
import { logKey } from '../../../functions/contract/keys.ts';
import type { PlannedMessage } from '../../../functions/contract/messages.ts';
import { HOUR_MS, iso, MINUTE_MS } from '../../../functions/contract/time.ts';
import { emptyCustomer } from '../../../functions/domain/customer.ts';

const T0 = Date.UTC(2026, 0, 5, 10);
const policy = { release: 'r', journeys: [], settings: {} } as unknown as Policy;

const event = (customer: string, id: string, at: number, more: Partial<CustomerEvent> = {}) => ({
  id,
  name: 'Order Completed',
  version: 1,
  aliasId: customer,
  occurredAt: at,
  receivedAt: at,
  channel: 'web' as const,
  mode: 'live' as const,
  verified: true,
  depth: 0,
  properties: {},
  key: logKey(customer, iso(at), id),
  ...more,
});

const message = (customerId: string, at: number): PlannedMessage => ({
  id: `m-${customerId}`,
  customerId,
  journey: 'thanks',
  step: 'mail',
  occasion: 'o',
  template: 'thanks/mail',
  purpose: 'marketing',
  topic: 'offers',
  release: 'r',
  subject: { kind: 'customer', id: customerId },
  startedAt: at,
  plannedAt: at,
  expiresAt: at + 100 * HOUR_MS,
});

/** A kernel of a few lines: an event wakes a minute later; a wake plans one mail and emits one event. */
const stub = (log: string[] = []): Kernel => ({
  empty: emptyCustomer,
  decide(customer, stimulus) {
    const nothing = { customer, messages: [], emits: [], reasons: [], changed: false };
    if (stimulus.kind === 'event') {
      const { event } = stimulus;
      log.push(`${event.name} ${event.receivedAt - T0}`);
      if (event.name === 'Said') return nothing;
      const nextWakeAt = event.receivedAt + MINUTE_MS;
      return { ...nothing, customer: { ...customer, nextWakeAt }, changed: true };
    }
    log.push(`wake ${stimulus.dueAt - T0}`);
    const { nextWakeAt: _, ...woken } = customer;
    const planned = message(customer.id, stimulus.dueAt);
    const at = stimulus.dueAt;
    return {
      customer: woken,
      messages: [planned],
      emits: [{ id: `emit-${customer.id}-${at}`, name: 'Said', properties: {}, depth: 1, at }],
      reasons: [
        {
          at,
          journey: 'thanks',
          step: 'mail',
          occasion: 'o',
          outcome: 'planned',
          reason: { code: 'due' },
        },
      ],
      changed: true,
    };
  },
  rebuildFacts: (customer) => customer,
  narrow: KERNEL.narrow,
  judge: (row, gate, _customer, _policy, now) => {
    log.push(`judge ${now - T0}`);
    if (gate.withdrawn['*']) return { suppress: { code: 'consent-withdrawn' } };
    return row.notBefore === row.plannedAt
      ? { putBack: now + HOUR_MS, reason: { code: 'deferred-quiet-hours' } }
      : { go: true };
  },
});

function run(
  events: readonly CustomerEvent[],
  options: Partial<ReplayOptions> = {},
  log: string[] = [],
) {
  const arena = new EventArena();
  for (const one of events) arena.add(one);
  const lines: DecisionLine[] = [];
  const result = replay(arena, stub(log), policy, {
    clock: 'received',
    until: T0 + 10 * HOUR_MS,
    onDecision: (line) => lines.push(line),
    ...options,
  });
  return { result, lines, log };
}
const outcomes = (lines: readonly DecisionLine[]) => lines.map((line) => [line.at, line.outcome]);

describe('a replay', () => {
  it('wakes at the exact time, plans, puts back, and sends when the time comes', () => {
    const { lines, result } = run([event('a', '1', T0)]);
    expect(outcomes(lines)).toEqual([
      [iso(T0 + MINUTE_MS), 'planned'],
      [iso(T0 + MINUTE_MS), 'put-back'],
      [iso(T0 + MINUTE_MS + HOUR_MS), 'sent'],
    ]);
    expect(result).toMatchObject({ events: 1, wakes: 1, mails: 1, emits: 1, customers: 1 });
  });

  it('folds an event before a wake of the same moment, and feeds emits back as events', () => {
    const { log } = run([event('a', '1', T0), event('a', '2', T0 + MINUTE_MS)]);
    expect(log.slice(0, 5)).toEqual([
      'Order Completed 0',
      'Order Completed 60000',
      'wake 120000',
      'Said 120000',
      'judge 120000',
    ]);
  });

  it('judges again when a mail that was put back is due: who left meanwhile gets none', () => {
    const leaves = event('a', '2', T0 + 30 * MINUTE_MS, {
      name: 'Consent Withdrawn',
      properties: { source: 'page' },
    });
    const { lines } = run([event('a', '1', T0), leaves]);
    expect(lines.filter(({ outcome }) => outcome === 'sent')).toEqual([]);
    expect(lines.at(-1)).toMatchObject({
      outcome: 'suppressed',
      reason: { code: 'consent-withdrawn' },
    });
  });

  it('tells customer by customer, in one order whatever came first', () => {
    const events = [event('b', '1', T0), event('a', '2', T0 + HOUR_MS), event('a', '1', T0)];
    const { lines, result } = run(events);
    expect([...new Set(lines.map(({ customer }) => customer))]).toEqual(['a', 'b']);
    expect(lines).toEqual(run(events.toReversed()).lines);
    expect(lines.findLastIndex(({ customer }) => customer === 'a')).toBeLessThan(
      lines.findIndex(({ customer }) => customer === 'b'),
    );
    expect(result).toMatchObject({ events: 3, customers: 2 });
  });

  it('never plans the same message twice', () => {
    const { result } = run([event('a', '1', T0), event('a', '2', T0 + HOUR_MS)]);
    expect(result).toMatchObject({ wakes: 2, mails: 1 });
  });

  it('stops at `until`, with what is due at that very moment done', () => {
    expect(run([event('a', '1', T0)], { until: T0 + MINUTE_MS }).lines).toHaveLength(2);
    expect(run([event('a', '1', T0)], { until: T0 + MINUTE_MS - 1 }).lines).toHaveLength(0);
    expect(run([event('a', '1', T0)], { until: T0 - 1 }).result.events).toBe(0);
  });

  it('leaves out what the live system emitted, since it makes its own', () => {
    const emitted = event('a', 'x', T0, { name: 'Said', depth: 1 });
    const { result, log } = run([event('a', '1', T0), emitted]);
    expect(result).toMatchObject({ emitsLeftOut: 1, emits: 1, events: 1 });
    expect(log.filter((line) => line.startsWith('Said'))).toHaveLength(1);
  });

  it('has the same digest for the same decisions in any order, and another for one more', () => {
    const { lines } = run([event('a', '1', T0), event('b', '1', T0)]);
    const digest = (list: readonly DecisionLine[]) => {
      const sum = new SetDigest();
      for (const line of list) sum.add(textOf(line));
      return sum.hex();
    };
    expect(digest(lines.toReversed())).toBe(digest(lines));
    expect(digest(lines.slice(1))).not.toBe(digest(lines));
    expect(digest([...lines, lines[0] as DecisionLine])).not.toBe(digest(lines));
    expect(digest(lines)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('counts by journey, step, outcome and reason', () => {
    const summary = new Summary();
    for (const line of run([event('a', '1', T0)]).lines) summary.add(line);
    expect(summary.rows()).toContainEqual({
      journey: 'thanks',
      step: 'mail',
      outcome: 'sent',
      reason: 'accepted',
      count: 1,
    });
    expect(summary.table().split('\n')).toHaveLength(4);
  });
});
