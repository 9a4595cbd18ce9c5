import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CustomerEvent } from '../../../functions/contract/events.ts';
import type { Day } from '../../../functions/contract/predictions.ts';
import { DAY_MS } from '../../../functions/contract/time.ts';
import { emptyCustomer, type Facts } from '../../../functions/domain/customer.ts';
import { mergeEvent, rebuildOrders } from '../../../functions/domain/facts/merge.ts';
import {
  type Cell,
  type CellChange,
  cellChanges,
  cellsOf,
  isZero,
  REPEATS_MAX,
  sumOfRows,
} from '../../../functions/domain/prediction/cells.ts';
import {
  PERIOD_DAYS,
  periodOf,
  periodStart,
  weekOf,
  weekStart,
} from '../../../functions/domain/prediction/cells/grid.ts';
import { historyOf, orderDaysOf } from '../../../functions/domain/prediction/history.ts';
import { shuffledWithRepeats } from '../../builders/any-event.ts';
import { anyOrders, boughtOf, eventsOfOrders, type RawOrder } from '../../builders/any-orders.ts';
import {
  CUSTOMER,
  orderCancelled,
  orderCompleted,
  orderRefunded,
  T0,
} from '../../builders/events.ts';

const NOTHING: Facts = emptyCustomer(CUSTOMER).facts;

function fold(facts: Facts, event: CustomerEvent, log: readonly CustomerEvent[]): Facts {
  const merged = mergeEvent(facts, CUSTOMER, event);
  if (merged !== 'rebuild') return merged;
  const rebuilt = rebuildOrders(facts, CUSTOMER, log);
  if (!rebuilt) throw new Error('the log holds all orders');
  return rebuilt;
}

/** What `react` hands over, commit by commit: `cuts` says how many events each batch holds. */
function committed(events: readonly CustomerEvent[], cuts: readonly number[]) {
  const changes: CellChange[] = [];
  let facts = NOTHING;
  for (let from = 0, batch = 0; from < events.length; batch += 1) {
    const to = from + (cuts[batch % cuts.length] ?? 1);
    let next = facts;
    for (const event of events.slice(from, to)) next = fold(next, event, events.slice(0, to));
    changes.push(...cellChanges(facts, next, 'EUR'));
    facts = next;
    from = to;
  }
  return { facts, changes };
}

const factsOf = (events: readonly CustomerEvent[]): Facts => committed(events, [1]).facts;

const cellAt = (days: readonly Day[], until: Day): Cell | undefined => {
  const seen = days.filter((day) => day < until);
  const [first] = seen;
  const last = seen.at(-1);
  if (first === undefined || last === undefined) return undefined;
  return { first: weekOf(first), repeats: seen.length - 1, last: weekOf(last) };
};

const gapsUntil = (days: readonly Day[], until: Day): number =>
  days
    .filter((day) => day < until)
    .reduce((sum, day, n, all) => {
      return n === 0 ? 0 : sum + Math.round(1000 * Math.log(day - (all[n - 1] ?? 0)));
    }, 0);

/** From the orders alone: where the customer stands at each period's start, and the differences. */
function naive(orders: readonly RawOrder[]): CellChange[] {
  const { days, spend } = boughtOf(orders, 'EUR');
  const zero = { n: 0, g: 0, o: 0, q: 0, p: 0, v: 0, v2: 0 };
  const rows: CellChange[] = [];
  const [first] = days;
  const last = days.at(-1);
  if (first === undefined || last === undefined) return [];
  for (let period = periodOf(first) - 2; period <= periodOf(last); period += 1) {
    const [start, end] = [periodStart(period), periodStart(period + 1)];
    const [before, after] = [cellAt(days, start), cellAt(days, end)];
    const g = gapsUntil(days, start);
    const o = days.filter((day) => day >= start && day < end).length;
    if (before) rows.push({ ...zero, period, ...before, n: -1, g: -g, o });
    if (after) rows.push({ ...zero, period, ...after, n: 1, g: gapsUntil(days, end) });
    const quarter = days.filter((day) => day >= start && day < periodStart(period + 3)).length;
    if (before && period % 3 === 0) rows.push({ ...zero, period, ...before, q: quarter });
  }
  const standing = cellAt(days, last + 1);
  if (standing && spend.total > 0) {
    const v = Math.round(1000 * Math.log(spend.total / spend.orders));
    rows.push({ ...zero, period: periodOf(last), ...standing, p: 1, v, v2: v * v });
  }
  return sumOfRows(rows);
}

const anyCuts = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 });

describe('the cells of a customer', () => {
  it('are what the orders themselves say, whatever the order, repeats and batches of their events', () => {
    let sealed = 0;
    fc.assert(
      fc.property(
        anyOrders(40).chain((orders) =>
          fc.tuple(fc.constant(orders), shuffledWithRepeats(eventsOfOrders(orders)), anyCuts),
        ),
        ([orders, events, cuts]) => {
          const { facts, changes } = committed(events, cuts);
          sealed += facts.sealed ? 1 : 0;
          expect(sumOfRows(changes)).toEqual(cellsOf(facts, 'EUR'));
          expect(cellsOf(facts, 'EUR')).toEqual(naive(orders));
        },
      ),
      { numRuns: 150 },
    );
    expect(sealed).toBeGreaterThan(40);
  });

  it('go without a trace when all orders are cancelled or paid back', () => {
    fc.assert(
      fc.property(anyOrders(30), (orders) => {
        const undone = orders.map((order, n) =>
          n % 2 === 0 ? { ...order, cancelled: true } : { ...order, total: 9, refunds: [1] },
        );
        const { changes } = committed(eventsOfOrders(undone), [1]);
        expect(sumOfRows(changes)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('change nothing where no order did, and never by zeros', () => {
    const facts = factsOf([orderCompleted()]);
    expect(cellChanges(facts, facts, 'EUR')).toEqual([]);
    fc.assert(
      fc.property(anyOrders(20), anyCuts, (orders, cuts) => {
        expect(committed(eventsOfOrders(orders), cuts).changes.some(isZero)).toBe(false);
      }),
      { numRuns: 50 },
    );
  });

  it('change by one row for a newcomer, two in the same month, at most four later', () => {
    const at = (day: number) => orderCompleted({ orderId: `A-${day}`, at: T0 + day * DAY_MS });
    const rows = (before: CustomerEvent[], next: CustomerEvent) =>
      cellChanges(factsOf(before), factsOf([...before, next]), 'EUR').length;
    expect(rows([], at(0))).toBe(1);
    const quarter = Math.ceil(periodOf(T0 / DAY_MS) / 3) * 3;
    const monday = (periodStart(quarter) * DAY_MS - T0) / DAY_MS + 1;
    expect(rows([at(monday)], at(monday + 9))).toBe(2);
    // In the first month of a quarter both counts of orders are in one row.
    expect(rows([at(monday)], at(monday + 3 * PERIOD_DAYS))).toBe(3);
    expect(rows([at(monday)], at(monday + 4 * PERIOD_DAYS))).toBe(4);
  });

  it('count two orders of a day as one, and leave out what was paid back whole', () => {
    const one = factsOf([orderCompleted({ orderId: 'A' }), orderCompleted({ orderId: 'B' })]);
    expect(historyOf(one, 'EUR')).toMatchObject({ repeats: 0, spend: { orders: 1, total: 9800 } });
    const back = factsOf([orderCompleted(), orderRefunded({ at: T0 + DAY_MS })]);
    expect(historyOf(back, 'EUR')).toBeUndefined();
    const gone = factsOf([orderCompleted(), orderCancelled({ at: T0 + DAY_MS })]);
    expect(cellsOf(gone, 'EUR')).toEqual([]);
  });

  it('take no number of repeats above the limit', () => {
    const many = REPEATS_MAX + 30;
    const events = Array.from({ length: many }, (_, n) =>
      orderCompleted({ orderId: `A-${n}`, at: T0 + n * DAY_MS }),
    );
    const facts = rebuildOrders(NOTHING, CUSTOMER, events) as Facts;
    expect(historyOf(facts, 'EUR')?.repeats).toBe(many - 1);
    const rows = cellsOf(facts, 'EUR');
    expect(Math.max(...rows.map(({ repeats }) => repeats))).toBe(REPEATS_MAX);
    expect(rows.reduce((sum, { n }) => sum + n, 0)).toBe(1);
  });
});

describe('the history of a customer', () => {
  it('is made of all order days, those of orders beyond the newest twelve included', () => {
    fc.assert(
      fc.property(anyOrders(60), (orders) => {
        const facts = factsOf(eventsOfOrders(orders));
        const { days, spend } = boughtOf(orders, 'EUR');
        expect(orderDaysOf(facts)).toEqual(days);
        const history = historyOf(facts, 'EUR');
        expect(history?.first).toBe(days[0]);
        expect(history?.last).toBe(days.at(-1));
        expect(history?.repeats ?? -1).toBe(days.length - 1);
        expect(history?.spend).toEqual(spend.total > 0 ? spend : undefined);
      }),
      { numRuns: 100 },
    );
  });
});

describe('the grid', () => {
  it('has weeks from Monday to Sunday, and periods of four', () => {
    const monday = Date.UTC(2026, 10, 16) / DAY_MS;
    expect(weekOf(monday + 6)).toBe(weekOf(monday));
    expect(weekOf(monday - 1)).toBe(weekOf(monday) - 1);
    expect(weekStart(weekOf(monday + 3))).toBe(monday);
    expect(weekOf(0)).toBe(0);
    fc.assert(
      fc.property(fc.nat({ max: 40_000 }), (day) => {
        const start = periodStart(periodOf(day));
        expect(start <= day && day < start + PERIOD_DAYS).toBe(true);
        expect(weekOf(start) % 4).toBe(0);
      }),
    );
  });
});
