import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CustomerEvent } from '../../../functions/contract/events.ts';
import { aliasId } from '../../../functions/contract/ids.ts';
import { logKey } from '../../../functions/contract/keys.ts';
import { DAY_MS, iso } from '../../../functions/contract/time.ts';
import { emptyCustomer, type Facts } from '../../../functions/domain/customer.ts';
import {
  addToFilter,
  capacityFor,
  joinFilters,
  mayHold,
} from '../../../functions/domain/facts/filter.ts';
import { joinFacts, joinWithLog, rekeyed } from '../../../functions/domain/facts/join.ts';
import { mergeEvent, rebuildOrders } from '../../../functions/domain/facts/merge.ts';
import { addBooks, bookOf, orderOf } from '../../../functions/domain/facts/orders.ts';
import { anyHistory } from '../../builders/any-event.ts';
import * as build from '../../builders/events.ts';

const ONE = aliasId('user', '1');
const OTHER = aliasId('email', 'other@example.com');

/** The event as it would have come under that alias. */
const under = (alias: string, event: CustomerEvent): CustomerEvent => ({
  ...event,
  aliasId: alias,
  key: logKey(alias, iso(event.occurredAt), event.id),
});

function fold(customerId: string, events: readonly CustomerEvent[]): Facts {
  let { facts } = emptyCustomer(customerId);
  events.forEach((event, index) => {
    const merged = mergeEvent(facts, customerId, event);
    const rebuilt =
      merged === 'rebuild' ? rebuildOrders(facts, customerId, events.slice(0, index + 1)) : merged;
    if (!rebuilt) throw new Error('the log holds all orders');
    facts = rebuilt;
  });
  return facts;
}

/** Two customers' facts, and those of one who was both from the beginning. */
function both(mine: readonly CustomerEvent[], theirs: readonly CustomerEvent[]) {
  const a = fold(ONE, mine);
  const b = rekeyed(fold(OTHER, theirs), OTHER, ONE);
  const joined = joinFacts(a, b);
  const events = [...mine, ...theirs];
  const facts = joined === 'rebuild' ? joinWithLog(a, b, ONE, { a: mine, b: theirs }) : joined;
  return { facts, rebuilt: joined === 'rebuild', whole: fold(ONE, events) };
}

const split = (max: number) =>
  anyHistory(max).chain((events) =>
    fc.tuple(
      fc.constant(events),
      fc.array(fc.boolean(), { minLength: events.length, maxLength: events.length }),
    ),
  );

describe('the facts of two customers who are one', () => {
  it('are those of one customer with all events of both, past every limit', () => {
    let rebuilds = 0;
    fc.assert(
      fc.property(split(150), ([events, isMine]) => {
        const mine = events.filter((_, n) => isMine[n]).map((event) => under(ONE, event));
        const theirs = events.filter((_, n) => !isMine[n]).map((event) => under(OTHER, event));
        const { facts, rebuilt, whole } = both(mine, theirs);
        rebuilds += rebuilt ? 1 : 0;
        expect(facts).toEqual(whole);
      }),
      { numRuns: 100, seed: 20261122, endOnFailure: true },
    );
    expect(rebuilds).toBeGreaterThan(20);
  });

  it('are the same whoever joins whom', () => {
    fc.assert(
      fc.property(split(20), ([events, isMine]) => {
        const mine = fold(
          ONE,
          events.filter((_, n) => isMine[n]).map((e) => under(ONE, e)),
        );
        const theirs = fold(
          OTHER,
          events.filter((_, n) => !isMine[n]).map((e) => under(OTHER, e)),
        );
        const there = joinFacts(mine, rekeyed(theirs, OTHER, ONE));
        const back = joinFacts(theirs, rekeyed(mine, ONE, OTHER));
        if (there === 'rebuild' || back === 'rebuild') return;
        expect(rekeyed(back, OTHER, ONE)).toEqual(there);
      }),
      { numRuns: 200 },
    );
  });

  it('do not change when one of them is joined a second time', () => {
    fc.assert(
      fc.property(split(20), ([events, isMine]) => {
        const mine = fold(
          ONE,
          events.filter((_, n) => isMine[n]).map((e) => under(ONE, e)),
        );
        const theirs = fold(
          ONE,
          events.filter((_, n) => !isMine[n]).map((e) => under(OTHER, e)),
        );
        const once = joinFacts(mine, theirs);
        if (once === 'rebuild') return;
        // With a summary by now the log would tell; it has nothing more to say.
        const twice = joinFacts(once, theirs);
        expect(twice === 'rebuild' ? once : twice).toEqual(once);
      }),
      { numRuns: 100 },
    );
  });

  it('keep the sums of both where the log no longer reaches back', () => {
    const orders = (prefix: string, count: number) =>
      Array.from({ length: count }, (_, n) =>
        build.orderCompleted({ orderId: `${prefix}-${n}`, at: build.T0 + n * DAY_MS, total: 100 }),
      );
    const mine = orders('A', 20);
    const theirs = orders('B', 30);
    const book = addBooks(
      bookOf(mine.flatMap((event) => orderOf(ONE, event) ?? [])),
      bookOf(theirs.flatMap((event) => orderOf(ONE, event) ?? [])),
    );
    expect(book.orders.length + (book.sealed?.size ?? 0)).toBe(50);
    expect(book.sealed?.count).toBe(38);
    expect(book.sealed?.totals).toEqual([['EUR', 3800, 38]]);
    expect(mayHold(book.sealed?.filter ?? '', 'A-0')).toBe(true);
    expect(mayHold(book.sealed?.filter ?? '', 'B-0')).toBe(true);
  });
});

it('a joined filter never denies what either of them held, whatever their sizes', () => {
  const ids = fc.array(fc.string({ minLength: 1 }), { maxLength: 200 });
  fc.assert(
    fc.property(ids, ids, (a, b) => {
      const filter = (each: string[]) => addToFilter('', capacityFor(each.length), each);
      const joined = joinFilters(filter(a), filter(b));
      for (const id of [...a, ...b]) expect(mayHold(joined, id)).toBe(true);
    }),
    { numRuns: 100 },
  );
});
