import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Gate, PlannedMessage } from '../../../functions/contract/messages.ts';
import type { SettingsInput } from '../../../functions/contract/settings.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../functions/contract/time.ts';
import { dayOf } from '../../../functions/domain/brake.ts';
import type { Customer } from '../../../functions/domain/customer.ts';
import { openGate, suppress, withdraw } from '../../../functions/domain/gate.ts';
import { type Controls, FREE_CONTROLS, judge } from '../../../functions/domain/judge.ts';
import { localParts } from '../../../functions/domain/zones.ts';
import {
  ledgerJourney,
  ledgerPolicy,
  NOON,
  plannedMessage,
  reachableCustomer,
} from '../../builders/ledger.ts';

type Case = {
  message?: Partial<PlannedMessage>;
  gate?: Gate;
  customer?: Customer;
  settings?: Partial<SettingsInput>;
  journey?: Parameters<typeof ledgerJourney>[0];
  controls?: Partial<Controls>;
  now?: number;
};

const gate = openGate('customer-1');
const ask = (it: Case) =>
  judge(
    plannedMessage(it.message),
    it.gate ?? gate,
    it.customer ?? reachableCustomer(),
    ledgerPolicy(it.settings, [ledgerJourney(it.journey)]),
    { ...FREE_CONTROLS, ...it.controls },
    it.now ?? NOON,
  );
const transactional = { purpose: 'transactional' as const };
const left = { at: NOON - HOUR_MS, id: 'e', source: 'unsubscribe' };
const suppressedAs = (code: string) => ({ suppress: { code } });
const withFacts = (change: Partial<Customer['facts']>): Customer => {
  const customer = reachableCustomer();
  return { ...customer, facts: { ...customer.facts, ...change } };
};
const NIGHT = Date.parse('2026-06-10T21:00:00Z');
const today = { day: dayOf(NOON), sent: 0, bounces: 0, complaints: 0 };

describe('the judge lets a mail go', () => {
  it('when nothing is in its way', () => {
    expect(ask({})).toEqual({ go: true });
  });

  it('when it is transactional, whatever caps, quiet hours, consent or a complaint say', () => {
    const claims: Gate['claims'] = [['other', NIGHT - HOUR_MS]];
    const closed = suppress(withdraw({ ...gate, claims }, '*', left), 'complaint', NOON);
    const days = [{ ...today, sent: 500, bounces: 50, ceiling: 200 }];
    const controls = { days, ceilingStart: 200 };
    expect(ask({ message: transactional, gate: closed, now: NIGHT, controls })).toEqual({
      go: true,
    });
  });
});

describe('the judge never lets a mail go', () => {
  it('that has expired', () => {
    const { expiresAt } = plannedMessage();
    expect(ask({ now: expiresAt })).toEqual(suppressedAs('expired'));
    expect(ask({ now: expiresAt, message: transactional })).toEqual(suppressedAs('expired'));
  });

  it('about what happened before the shop went live, not even from a restored ledger', () => {
    const { startedAt } = plannedMessage();
    const ago = (ms: number) =>
      ask({ settings: { goLiveAt: new Date(startedAt + ms).toISOString() } });
    expect(ago(1)).toEqual({ suppress: { code: 'before-go-live', startedAt } });
    expect(ago(0)).toEqual({ go: true });
  });

  it('to an address that bounced for good, transactional or not', () => {
    const bounced = suppress(gate, 'hard-bounce', NOON);
    expect(ask({ gate: bounced })).toEqual(suppressedAs('hard-bounce'));
    expect(ask({ gate: bounced, message: transactional })).toEqual(suppressedAs('hard-bounce'));
  });

  it('to an erased customer, transactional or not', () => {
    const erased = suppress(gate, 'erased', NOON);
    expect(ask({ gate: erased })).toEqual(suppressedAs('erased'));
    expect(ask({ gate: erased, message: transactional })).toEqual(suppressedAs('erased'));
  });

  it('of marketing after a complaint or too many soft bounces', () => {
    expect(ask({ gate: suppress(gate, 'complaint', NOON) })).toEqual(suppressedAs('complaint'));
    expect(ask({ gate: suppress(gate, 'soft-bounces', NOON) })).toEqual(
      suppressedAs('soft-bounces'),
    );
  });

  it('of marketing without a known consent', () => {
    const customer = withFacts({ consent: { given: [], withdrawn: [] } });
    const reason = { code: 'no-consent', country: 'unknown' };
    expect(ask({ customer })).toEqual({ suppress: reason });
  });

  it('of marketing after an unsubscribe that only the gate knows yet', () => {
    expect(ask({ gate: withdraw(gate, '*', left) })).toEqual(suppressedAs('consent-withdrawn'));
    expect(ask({ gate: withdraw(gate, 'offers', left) })).toEqual(suppressedAs('topic-left'));
    expect(ask({ gate: withdraw(gate, 'feedback', left) })).toEqual({ go: true });
  });

  it('without an address', () => {
    expect(ask({ customer: withFacts({ profile: {} }) })).toEqual(suppressedAs('no-address'));
  });

  it('outside of the allow-list of a stage', () => {
    expect(ask({ controls: { allowList: [] } })).toEqual(suppressedAs('not-on-allow-list'));
    expect(ask({ controls: { allowList: ['ruta@example.com'] } })).toEqual({ go: true });
  });

  it('of a journey that is off, in shadow, or gone', () => {
    const modes = (mode: 'off' | 'shadow') => ({ modes: { 'post-purchase': mode } });
    expect(ask({ settings: modes('off') })).toEqual(suppressedAs('journey-off'));
    expect(ask({ settings: modes('shadow') })).toEqual(suppressedAs('mode-shadow'));
    expect(ask({ settings: { modeCeiling: 'shadow' } })).toEqual(suppressedAs('mode-shadow'));
    expect(ask({ message: { journey: 'gone' } })).toEqual({
      suppress: { code: 'release-gone', release: 'release-1' },
    });
  });

  it('that a fact has cancelled since it was planned', () => {
    const journey = { cancelOn: [{ event: 'Order Completed' }] };
    const orders = [{ id: 'A-2', placed: { at: NOON - 1 } }, ...reachableCustomer().facts.orders];
    expect(ask({ journey })).toEqual({ go: true });
    expect(ask({ journey, customer: withFacts({ orders }) })).toEqual({
      suppress: { code: 'cancel-event', event: 'Order Completed' },
    });
  });
});

describe('the judge puts a mail back', () => {
  it('until the customer may hear marketing again', () => {
    const claims: Gate['claims'] = [['other', NOON - HOUR_MS]];
    expect(ask({ gate: { ...gate, claims } })).toEqual({
      putBack: NOON + 23 * HOUR_MS,
      reason: { code: 'deferred-gap', until: NOON + 23 * HOUR_MS },
    });
  });

  it('until quiet hours end in the customer’s own zone', () => {
    const morning = Date.parse('2026-06-11T05:00:00Z');
    expect(ask({ now: NIGHT })).toEqual({
      putBack: morning,
      reason: { code: 'deferred-quiet-hours', until: morning },
    });
    const { profile } = reachableCustomer().facts;
    const japan = withFacts({ profile: { ...profile, country: ['JP', NOON] } });
    expect(ask({ now: Date.parse('2026-06-11T00:00:00Z'), customer: japan })).toEqual({ go: true });
  });

  it('until the pause after a bad score ends', () => {
    const feedback = [{ at: NOON - DAY_MS, survey: 'nps', score: 3, key: 'k' }];
    const verdict = ask({
      customer: withFacts({ feedback }),
      message: { expiresAt: NOON + 60 * DAY_MS },
    });
    expect(verdict).toMatchObject({ reason: { code: 'deferred-promotion-paused' } });
  });

  it.each([
    ['csat', 2, true],
    ['csat', 3, false],
    ['csat', 5, false],
    ['yes-no', 0, false],
    ['nps', 6, true],
    ['nps', 7, false],
    ['of the shop itself', 6, true],
  ])('knows of %s that %i is a bad answer: %s', (survey, score, isBad) => {
    const feedback = [{ at: NOON - DAY_MS, survey, score, key: 'k' }];
    const asked = { customer: withFacts({ feedback }), message: { expiresAt: NOON + 60 * DAY_MS } };
    expect('putBack' in ask(asked)).toBe(isBad);
  });

  it('and holds it while its journey, or all of them, are paused', () => {
    for (const paused of [['post-purchase'], ['*']])
      expect(ask({ controls: { paused } })).toMatchObject({
        held: true,
        reason: { code: 'journey-paused' },
      });
    expect(ask({ controls: { paused: ['win-back'] } })).toEqual({ go: true });
  });

  it('and holds it behind a breaker until the probe', () => {
    const breaker = { code: 'SendingPausedException', since: NOON, probeAt: NOON + HOUR_MS };
    const verdict = ask({ controls: { breaker }, message: transactional });
    expect(verdict).toMatchObject({ held: true, reason: { code: 'breaker-open' } });
    expect('putBack' in verdict && verdict.putBack).toBeGreaterThanOrEqual(breaker.probeAt);
    expect(ask({ controls: { breaker }, now: breaker.probeAt })).toEqual({ go: true });
  });

  it('and holds marketing while the brake is on or the day’s ceiling is reached', () => {
    const bad = [{ ...today, sent: 1000, bounces: 50, ceiling: 5000 }];
    expect(ask({ controls: { days: bad, ceilingStart: 200 } })).toMatchObject({
      held: true,
      reason: { code: 'brake-bounces', sent: 1000, count: 50 },
    });
    const full = [{ ...today, sent: 200, ceiling: 200 }];
    const verdict = ask({ controls: { days: full, ceilingStart: 200 } });
    expect(verdict).toMatchObject({ held: true, reason: { code: 'daily-ceiling', ceiling: 200 } });
    expect('putBack' in verdict && dayOf(verdict.putBack)).toBe('2026-06-11');
  });

  it('only while it would still be fresh: else it ends now, saying what it waited for', () => {
    expect(ask({ now: NIGHT, message: { expiresAt: NIGHT + HOUR_MS } })).toEqual({
      suppress: { code: 'expired', behind: 'deferred-quiet-hours' },
    });
    const held = ask({ controls: { paused: ['*'] }, message: { expiresAt: NOON + 1 } });
    expect(held).toMatchObject({ held: true, putBack: NOON + 1 });
  });
});

describe('a held mail whose next look would come too late', () => {
  const expiresAt = NOON + 20 * MINUTE_MS;
  const ask20 = (paused: string[], now = NOON) =>
    ask({ controls: { paused }, message: { expiresAt }, now });
  const look = ask20(['*']);
  const again = 'putBack' in look ? look.putBack : 0;

  it('is looked at once more while it could still go', () => {
    expect(look).toMatchObject({ held: true, reason: { code: 'journey-paused' } });
    expect(again).toBeGreaterThan(NOON);
    // The sweep that finds it comes every five minutes.
    expect(again).toBeLessThan(expiresAt - 5 * MINUTE_MS);
    expect(ask20([], again)).toEqual({ go: true });
  });

  it('then waits until it expires, without a write more', () => {
    expect(ask20(['*'], again)).toMatchObject({ held: true, putBack: expiresAt });
  });
});

describe('whatever the case, the judge', () => {
  const anyClaims = fc.array(fc.integer({ min: NOON - 8 * DAY_MS, max: NOON }), { maxLength: 5 });
  const anyNow = fc.integer({ min: NOON, max: NOON + 3 * DAY_MS });
  const anyZone = fc.constantFrom(...Intl.supportedValuesOf('timeZone'));

  it('never lets marketing go in quiet hours, nor beyond a cap or below the gap', () => {
    fc.assert(
      fc.property(anyClaims, anyNow, anyZone, (moments, now, zone) => {
        const claims = moments.map((at, n): [string, number] => [`m${n}`, at]);
        const profile = { email: ['a@example.com', 0], timezone: [zone, 0] };
        const customer = withFacts({ profile: profile as Customer['facts']['profile'] });
        const verdict = ask({ gate: { ...gate, claims }, customer, now });
        const within = (ms: number) => moments.filter((at) => at > now - ms).length;
        const { minuteOfDay } = localParts(now, zone);
        const loud = minuteOfDay >= 480 && minuteOfDay < 1200;
        const inPace = within(DAY_MS) === 0 && within(7 * DAY_MS) < 2;
        expect('go' in verdict).toBe(loud && inPace);
      }),
      { numRuns: 500 },
    );
  });

  it('puts back to a later moment, at which the named reason is gone', () => {
    fc.assert(
      fc.property(anyClaims, anyNow, (moments, now) => {
        const claims = moments.map((at, n): [string, number] => [`m${n}`, at]);
        const message = { expiresAt: NOON + 60 * DAY_MS };
        const verdict = ask({ gate: { ...gate, claims }, now, message });
        const again = 'putBack' in verdict ? verdict.putBack : now;
        expect(again > now || 'go' in verdict).toBe(true);
        expect(ask({ gate: { ...gate, claims }, now: again, message })).toEqual({ go: true });
      }),
      { numRuns: 300 },
    );
  });
});
