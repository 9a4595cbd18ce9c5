import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, iso } from '../../../functions/contract/time.ts';
import { Drive } from '../../builders/drive.ts';
import * as build from '../../builders/events.ts';
import { T0 } from '../../builders/events.ts';
import { AT_ONCE, journey, policy, send } from '../../builders/policy.ts';

const GO_LIVE = T0;
const LATER = T0 + 300 * DAY_MS;
const JOURNEYS = [
  journey({ expiresMs: 60 * DAY_MS }),
  journey({
    id: 'win-back',
    trigger: 'Churn Risk Changed',
    steps: [send('win-back')],
    expiresMs: 60 * DAY_MS,
  }),
  journey({
    id: 'reorder',
    trigger: 'Reorder Due',
    steps: [send('reorder')],
    expiresMs: 60 * DAY_MS,
  }),
  journey({
    id: 'cart',
    trigger: 'Cart Updated',
    steps: [send('cart')],
    expiresMs: 60 * DAY_MS,
  }),
];
const shop = () =>
  new Drive(policy(JOURNEYS, { ...AT_ONCE, goLiveAt: iso(GO_LIVE) })).fold(
    build.identify({ at: T0 - 700 * DAY_MS, mode: 'history' }),
  );

type Mode = 'history' | 'live';
const bought = (day: number, mode: Mode) => {
  const at = T0 + day * DAY_MS;
  // An import is told of in one go, shortly before going live.
  const receivedAt = mode === 'history' ? T0 - DAY_MS : at;
  return build.orderCompleted({ at, receivedAt, mode, orderId: `${mode}${day}` });
};
const cart = (day: number, mode: Mode) => {
  const at = T0 + day * DAY_MS;
  return build.cartUpdated({ at, receivedAt: mode === 'history' ? T0 - DAY_MS : at, mode });
};
const events = (mode: Mode, min: number, max: number) =>
  fc
    .uniqueArray(fc.integer({ min, max }), { maxLength: 8 })
    .chain((days) =>
      fc.tuple(
        ...days.map((day) => fc.boolean().map((isCart) => (isCart ? cart : bought)(day, mode))),
      ),
    );
const HISTORY = events('history', -600, -2);

describe('a shop that goes live on its history', () => {
  it('mails nobody for what was imported, neither on the first day nor later', () => {
    fc.assert(
      fc.property(HISTORY, (history) => {
        expect(shop().live(history, LATER).messages).toEqual([]);
      }),
    );
  });

  it('mails nobody for anything from before that moment, whatever else there was', () => {
    fc.assert(
      fc.property(
        HISTORY,
        events('live', -60, -1),
        events('live', 0, 90),
        (history, before, after) => {
          const { messages } = shop().live([...history, ...before, ...after], LATER);
          expect(messages.filter(({ startedAt }) => startedAt < GO_LIVE)).toEqual([]);
        },
      ),
    );
  });

  it('thanks for the first order after it, and knows the imported ones', () => {
    const history = [-300, -200, -100].map((day) => bought(day, 'history'));
    const run = shop().live([...history, bought(3, 'live')], T0 + 4 * DAY_MS);
    expect(run.messages).toHaveLength(1);
    expect(run.messages[0]).toMatchObject({ journey: 'thanks', startedAt: T0 + 3 * DAY_MS });
    expect(run.customer.facts.orders).toHaveLength(4);
  });

  it('wins back who fell silent after it, by the rhythm of the imported orders', () => {
    const history = [-90, -60, -30].map((day) => bought(day, 'history'));
    const run = shop().live([...history, bought(1, 'live')], LATER);
    expect(run.messages.some(({ journey: of }) => of === 'win-back')).toBe(true);
  });
});
