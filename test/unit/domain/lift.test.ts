import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { share } from '../../../functions/contract/ids.ts';
import { type Group, GROUP_MIN, liftOf, wilson } from '../../../functions/domain/lift.ts';

const group = (ordered: number, customers: number): Group => ({ customers, ordered });

describe('lift', () => {
  // Newcombe 1998, table II, method 10.
  it.each([
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [6, 7, 2, 7, 0.0582, 0.8062],
    [5, 56, 0, 29, -0.0381, 0.1926],
    [0, 10, 0, 20, -0.1611, 0.2775],
    [0, 10, 0, 10, -0.2775, 0.2775],
    [10, 10, 0, 20, 0.6791, 1],
    [10, 10, 0, 10, 0.6075, 1],
  ])('has the published interval: %i of %i against %i of %i', (a, n, b, m, low, high) => {
    const lift = liftOf(group(a, n), group(b, m));
    expect(lift.difference).toBeCloseTo(a / n - b / m, 10);
    expect(lift.low).toBeCloseTo(low, 4);
    expect(lift.high).toBeCloseTo(high, 4);
  });

  it('says more, fewer or none only of groups that are large enough', () => {
    expect(liftOf(group(40, 200), group(10, 200)).verdict).toBe('more');
    expect(liftOf(group(10, 200), group(40, 200)).verdict).toBe('fewer');
    expect(liftOf(group(21, 200), group(20, 200)).verdict).toBe('none');
    expect(liftOf(group(49, 49), group(0, 2000)).verdict).toBe('unknown');
    expect(liftOf(group(0, 0), group(0, 0))).toMatchObject({
      low: -1,
      high: 1,
      verdict: 'unknown',
    });
  });

  it('never leaves [-1, 1], holds the difference, and turns round with the groups', () => {
    const anyGroup = fc
      .integer({ min: 1, max: 500 })
      .chain((n) => fc.nat({ max: n }).map((ordered) => group(ordered, n)));
    fc.assert(
      fc.property(anyGroup, anyGroup, (a, b) => {
        const [lift, other] = [liftOf(a, b), liftOf(b, a)];
        expect(lift.low).toBeGreaterThanOrEqual(-1 - 1e-12);
        expect(lift.high).toBeLessThanOrEqual(1 + 1e-12);
        expect(lift.low).toBeLessThanOrEqual(lift.difference);
        expect(lift.high).toBeGreaterThanOrEqual(lift.difference);
        expect(other.low).toBeCloseTo(-lift.high, 10);
        const { low, high } = wilson(a);
        expect(low <= a.ordered / a.customers && a.ordered / a.customers <= high).toBe(true);
      }),
    );
  });

  it('holds the truth in about 95 of 100 shops, though few order', () => {
    const draw = (shop: number, kind: string, chance: number, customers: number) => {
      let ordered = 0;
      for (let index = 0; index < customers; index += 1) {
        if (share('lift', kind, String(shop), String(index)) < chance) ordered += 1;
      }
      return group(ordered, customers);
    };
    let held = 0;
    const shops = 600;
    for (let shop = 0; shop < shops; shop += 1) {
      const { low, high } = liftOf(
        draw(shop, 'mailed', 0.05, 3 * GROUP_MIN),
        draw(shop, 'held', 0.03, GROUP_MIN),
      );
      if (low <= 0.02 && 0.02 <= high) held += 1;
    }
    expect(held / shops).toBeGreaterThan(0.93);
    expect(held / shops).toBeLessThan(0.99);
  });
});
