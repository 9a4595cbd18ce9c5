import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pack, unpack } from '../../../functions/adapters/dynamodb/state-codec.ts';
import { hashId } from '../../../functions/contract/ids.ts';
import { type Customer, emptyCustomer } from '../../../functions/domain/customer.ts';

const START = Date.UTC(2026, 0, 3, 9);
const DAY = 86_400_000;

/** As the demo shop's customers look: orders with packed log keys, a cart, views, a consent, recent mails. */
function customer(seed: string, orders: number, views: number, recent: number): Customer {
  const id = (n: number | string) => hashId(seed, String(n));
  const day = (n: number) =>
    START + Math.floor(n * DAY + (Number.parseInt(id(n).slice(0, 2), 36) || 0));
  const empty = emptyCustomer(id('me'));
  return {
    ...empty,
    version: 9,
    facts: {
      ...empty.facts,
      profile: {
        email: [`${id('a').slice(0, 9)}@example.com`, day(0)],
        firstName: [id('n').slice(0, 6), day(0)],
        country: ['LT', day(0)],
      },
      identified: { at: day(0), lag: 812 },
      orders: Array.from({ length: orders }, (_, n) => ({
        id: `A-${1000 + n * 7}`,
        placed: { at: day(n * 20), lag: 640 + n },
        key: `${new Date(day(n * 20)).toISOString()}#${id(n)}`,
        total: 5900 + n * 31,
        currency: 'EUR',
        lines: [[`RING-${n}`, 1] as [string, number], [`EAR-${n * 3}`, 2] as [string, number]],
        pieces: 3,
        channel: 'web' as const,
        delivered: { at: day(n * 20 + 4) },
      })),
      carts: [
        {
          id: `c-${id('c').slice(0, 8)}`,
          last: { at: day(70), lag: 300 },
          whole: {
            at: day(70),
            key: `${new Date(day(70)).toISOString()}#${id('k')}`,
            lines: [['RING-9', 1]],
          },
        },
      ],
      views: Array.from({ length: views }, (_, n) => ({
        at: day(70) + n * 61_000,
        product: `RING-${n}`,
      })),
      consent: { given: [{ topic: '*', at: day(0), lag: 812 }], withdrawn: [] },
    },
    runtime: {
      ...empty.runtime,
      recent: Array.from({ length: recent }, (_, n) => ({
        id: id(`m${n}`),
        journey: 'post-purchase',
        step: 'thank-you',
        occasion: `A-${1000 + n * 7}`,
        purpose: 'marketing' as const,
        release: id('r'),
        subject: { kind: 'order' as const, id: `A-${1000 + n * 7}` },
        startedAt: day(n * 20),
        plannedAt: day(n * 20) + 60_000,
      })),
      done: Object.fromEntries(
        Array.from({ length: orders }, (_, n) => [id(n).slice(0, 8), 20_500]),
      ),
      starts: [['post-purchase', day(0)]],
      wokeAt: day(71),
    },
  };
}

describe('the packed customer item', () => {
  it('comes back as it was, whatever it holds', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(unpack(pack(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { numRuns: 200 },
    );
  });

  it('is at most 1 KB for the median customer and 2 KB for a busy one', () => {
    const median = pack(customer('median', 3, 5, 2)).length;
    const busy = pack(customer('busy', 12, 12, 6)).length;
    const plain = JSON.stringify(customer('median', 3, 5, 2).facts).length;
    console.info(`packed: median ${median} B (facts as JSON ${plain} B), busy ${busy} B`);
    expect(median).toBeLessThan(1024);
    expect(busy).toBeLessThan(2048);
  });

  it('keeps next to nothing as text, since deflating would make it longer', () => {
    expect(pack({})).toBe('{}');
  });

  it('refuses a dictionary that a newer release wrote, and says what to do', () => {
    expect(() => unpack(Uint8Array.of(99, 1, 2))).toThrow(/deploy that one/);
  });
});
