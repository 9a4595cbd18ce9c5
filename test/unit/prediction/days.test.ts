import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../../functions/contract/time.ts';
import { emptyCustomer } from '../../../functions/domain/customer.ts';
import {
  addDay,
  dayOf,
  distinctDays,
  packDays,
  unpackDays,
} from '../../../functions/domain/facts/days.ts';
import { mergeEvent } from '../../../functions/domain/facts/merge.ts';
import {
  bookOf,
  orderOf,
  ORDERS_MAX,
  SEALED_DAYS_MAX,
} from '../../../functions/domain/facts/orders.ts';
import { orderDaysOf } from '../../../functions/domain/prediction/history.ts';
import { CUSTOMER, orderCompleted } from '../../builders/events.ts';

const anyDays = fc.array(fc.nat({ max: 30_000 }), { maxLength: 80 }).map(distinctDays);

describe('packed days', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(anyDays, (days) => {
        expect(unpackDays(packDays(days))).toEqual(days);
      }),
    );
  });

  it('are the same set in whatever order days are added, and however often', () => {
    const twice = anyDays.chain((days) =>
      fc.tuple(
        fc.constant(days),
        fc.shuffledSubarray([...days, ...days], { minLength: days.length * 2 }),
        fc.integer({ min: 1, max: 90 }),
      ),
    );
    fc.assert(
      fc.property(twice, ([days, shuffled, max]) => {
        const packed = shuffled.reduce((set, day) => addDay(set, day, max), '');
        expect(unpackDays(packed)).toEqual(days.slice(0, max));
      }),
    );
  });

  it('take a character for each month, after three for the first', () => {
    const monthly = Array.from({ length: 24 }, (_, n) => 20_000 + n * 30);
    expect(packDays(monthly)).toHaveLength(3 + 23);
  });

  it('know no day before 1970', () => {
    expect([dayOf(-1), dayOf(0), dayOf(DAY_MS)]).toEqual([0, 0, 1]);
  });

  it('stop at the limit of the summary, the earliest kept, the same from the log', () => {
    const count = SEALED_DAYS_MAX + ORDERS_MAX + 2;
    const events = Array.from({ length: count }, (_, n) =>
      orderCompleted({ orderId: `A-${n}`, at: n * DAY_MS }),
    );
    const said = events.flatMap((event) => orderOf(CUSTOMER, event) ?? []);
    const book = bookOf(said);
    const days = orderDaysOf({ ...emptyCustomer(CUSTOMER).facts, ...book });
    expect(days).toHaveLength(SEALED_DAYS_MAX + ORDERS_MAX);
    expect(days[0]).toBe(0);
    const one = orderCompleted({ orderId: 'B', at: count * DAY_MS });
    const next = mergeEvent({ ...emptyCustomer(CUSTOMER).facts, ...book }, CUSTOMER, one);
    expect(next).toMatchObject({
      sealed: { size: count - ORDERS_MAX + 1, days: book.sealed?.days },
    });
  });
});
