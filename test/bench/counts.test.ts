import { beforeAll, describe, expect, it } from 'vitest';
import { exceeded, readBudgets } from '../../cli/bench/budgets.ts';
import { type Counted, countMix } from '../../cli/bench/counted.ts';
import { MIX, type MixKind, mixEvents } from '../../cli/bench/mix.ts';
import { policyOf } from '../../cli/policy.ts';
import { stages } from '../../infra/config.ts';
import { checkStage } from '../../infra/stage-config.ts';

/** Enough for every step of the way to happen. */
const EVENTS = 600;

describe('what an event consumes', () => {
  let counted: Counted;
  beforeAll(async () => {
    const { settings } = checkStage('dev', stages.dev);
    counted = await countMix(policyOf('templates', settings), EVENTS);
  });

  it('stays within the budget of calls, units, bytes and cost', () => {
    expect(exceeded(counted, readBudgets())).toEqual([]);
  });

  it('has gone the whole way: wakes, mails, and what SES tells of them', () => {
    expect(counted.figures.wakes).toBeGreaterThan(0);
    expect(counted.figures.mails).toBeGreaterThan(0);
    const steps = counted.steps.map(({ step }) => step);
    for (const step of ['wake', 'plan', 'deliver', 'ses events']) expect(steps).toContain(step);
  });

  it('is told when it grows', () => {
    const budgets = readBudgets();
    const tight = { ...budgets, usd: { events: 0.01, mails: budgets.usd.mails } };
    expect(exceeded(counted, tight)).toHaveLength(1);
    expect(exceeded(counted, { ...budgets, steps: {} }).length).toBeGreaterThan(5);
  });
});

describe('the reference mix', () => {
  it('is 70% views, 15% cart, 10% orders, 5% other, and the same each time', () => {
    const sum = (...kinds: MixKind[]) => kinds.reduce((all, kind) => all + MIX[kind], 0);
    expect(sum('Product Viewed')).toBeCloseTo(0.7);
    expect(sum('Cart Updated', 'Checkout Started')).toBeCloseTo(0.15);
    expect(sum('Order Completed', 'Order Shipped', 'Order Delivered')).toBeCloseTo(0.1);
    expect(sum('identify', 'Products Searched')).toBeCloseTo(0.05);
    const events = [...mixEvents(20_000)];
    const share = (kind: string) =>
      events.filter((event) => (event.event ?? 'identify') === kind).length / events.length;
    for (const [kind, wanted] of Object.entries(MIX) as [MixKind, number][]) {
      expect(Math.abs(share(kind) - wanted)).toBeLessThan(0.01);
    }
    expect([...mixEvents(100)]).toEqual(events.slice(0, 100));
  });
});
