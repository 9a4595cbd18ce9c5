import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventArena } from '../../../functions/app/replay/event-arena.ts';
import type { CustomerEvent } from '../../../functions/contract/events.ts';
import { logKey } from '../../../functions/contract/keys.ts';
import { iso } from '../../../functions/contract/time.ts';

const event = (
  alias: string,
  id: string,
  occurredAt: number,
  receivedAt: number,
): CustomerEvent => ({
  id,
  name: 'Product Viewed',
  version: 1,
  aliasId: alias,
  occurredAt,
  receivedAt,
  channel: 'web',
  mode: 'live',
  verified: true,
  depth: 0,
  properties: { product: { id: 'p', quantity: 1 } },
  key: logKey(alias, iso(occurredAt), id),
});

const anyEvent = fc
  .tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 9 }), fc.nat(5), fc.nat(5))
  .map(([alias, id, occurred, lag]) => event(alias, `e${id}`, occurred, occurred + lag));

const arenaOf = (events: readonly CustomerEvent[]) => {
  const arena = new EventArena();
  for (const one of events) arena.add(one);
  return arena;
};

describe('the events of a replay', () => {
  it('come out the same, whatever the order of lines and however often one is repeated', () => {
    const shuffled = fc.array(anyEvent, { maxLength: 40 }).chain((events) =>
      fc.tuple(
        fc.constant(events),
        fc.shuffledSubarray([...events, ...events], {
          minLength: events.length * 2,
          maxLength: events.length * 2,
        }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([once, again]) => {
        for (const clock of ['received', 'occurred'] as const) {
          const first = [...arenaOf(once).inOrder(clock)];
          expect([...arenaOf(again).inOrder(clock)]).toEqual(first);
          const keys = first.map(({ key }) => key.pk + key.sk);
          expect(new Set(keys).size).toBe(keys.length);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('come by the time they were received, or happened, as asked', () => {
    const arena = arenaOf([event('a', '1', 10, 30), event('a', '2', 20, 21)]);
    expect([...arena.inOrder('received')].map(({ id }) => id)).toEqual(['2', '1']);
    const occurred = [...arena.inOrder('occurred')];
    expect(occurred.map(({ id }) => id)).toEqual(['1', '2']);
    expect(occurred.map(({ receivedAt }) => receivedAt)).toEqual([10, 20]);
    expect([arena.end('received'), arena.end('occurred')]).toEqual([30, 20]);
  });

  it('can be asked for what the log held of one customer at a moment', () => {
    const arena = arenaOf([event('a', '1', 1, 1), event('a', '2', 2, 2), event('b', '3', 1, 1)]);
    expect(arena.ofCustomer('a', 'received', 1).map(({ id }) => id)).toEqual(['1']);
    expect(arena.ofCustomer('nobody', 'received', 9)).toEqual([]);
  });

  it('keep the same id of two customers apart', () => {
    const arena = arenaOf([event('a', '1', 1, 1), event('b', '1', 1, 1), event('a', '1', 1, 1)]);
    expect(arena.size).toBe(2);
    expect(arena.repeats).toBe(1);
  });

  it('keep of a product what the bus tells the kernel, in a cart too', () => {
    const shown = { id: 'p', quantity: 1, name: 'Ring', price: 1900 };
    const whole = { ...shown, url: 'https://shop.example/p', attributes: { stone: 'opal' } };
    const arena = arenaOf([
      { ...event('a', '1', 0, 0), properties: { product: whole } },
      { ...event('a', '2', 1, 1), properties: { cartId: 'c', products: [whole] } },
    ]);
    expect(arena.ofCustomer('a', 'received', 9).map(({ properties }) => properties)).toEqual([
      { product: shown },
      { cartId: 'c', products: [shown] },
    ]);
  });
});
