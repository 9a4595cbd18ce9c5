import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../../functions/contract/time.ts';
import { claim, openGate } from '../../../functions/domain/gate.ts';
import { nextInPace } from '../../../functions/domain/pace.ts';
import { RECENT_MS } from '../../../functions/domain/wake/wake.ts';
import { settings } from '../../builders/policy.ts';

const NOW = Date.parse('2026-06-10T12:00Z');
const PACE = { gapHours: 24, perDay: 1, perWeek: 2 };

describe('the pace of marketing', () => {
  it('lets the first mail go at once', () => {
    expect(nextInPace([], NOW, PACE)).toEqual({ at: NOW });
  });

  it('waits for the gap after the latest mail', () => {
    const pace = { gapHours: 36, perDay: 5, perWeek: 5 };
    expect(nextInPace([NOW - HOUR_MS, NOW - 9 * HOUR_MS], NOW, pace)).toEqual({
      at: NOW + 35 * HOUR_MS,
      code: 'deferred-gap',
    });
  });

  it('allows no gap that is longer than claims are remembered', () => {
    const hours = RECENT_MS / HOUR_MS;
    expect(() => settings({ pace: { gapHours: hours + 1 } })).toThrow('gapHours');
    const { pace } = settings({ pace: { gapHours: hours, perWeek: 30, perDay: 10 } });
    const before = claim(openGate('c'), 'first', NOW);
    const gate = before && claim(before, 'second', NOW + RECENT_MS - 1);
    const claims = (gate?.claims ?? []).slice(0, 1).map(([, at]) => at);
    expect(nextInPace(claims, NOW + RECENT_MS - 1, pace).at).toBe(NOW + RECENT_MS);
  });

  it('counts any 24 hours, not the calendar day', () => {
    const pace = { gapHours: 0, perDay: 2, perWeek: 9 };
    expect(nextInPace([NOW - HOUR_MS, NOW - 20 * HOUR_MS], NOW, pace)).toEqual({
      at: NOW + 4 * HOUR_MS,
      code: 'deferred-day-cap',
    });
  });

  it('counts any seven days, not the calendar week', () => {
    expect(nextInPace([NOW - 2 * DAY_MS, NOW - 6 * DAY_MS], NOW, PACE)).toEqual({
      at: NOW + DAY_MS,
      code: 'deferred-week-cap',
    });
  });

  it('lets a mail go when the oldest claim is exactly a week old', () => {
    expect(nextInPace([NOW - 2 * DAY_MS, NOW - 7 * DAY_MS], NOW, PACE)).toEqual({ at: NOW });
  });

  it('never goes beyond a cap or below the gap, whatever happened before', () => {
    const pace = fc.record({
      gapHours: fc.integer({ min: 0, max: 72 }),
      perDay: fc.integer({ min: 1, max: 4 }),
      perWeek: fc.integer({ min: 1, max: 8 }),
    });
    const steps = fc.array(fc.integer({ min: 0, max: 40 * HOUR_MS }), { maxLength: 40 });
    fc.assert(
      fc.property(pace, steps, (limits, waits) => {
        const sent: number[] = [];
        let now = NOW;
        for (const wait of waits) {
          now += wait;
          const next = nextInPace(sent, now, limits);
          expect(next.at).toBeGreaterThanOrEqual(now);
          expect(next.code === undefined).toBe(next.at === now);
          if (next.at === now) sent.push(now);
        }
        for (const [index, moment] of sent.entries()) {
          const within = (ms: number) => sent.filter((s) => s <= moment && s > moment - ms).length;
          expect(within(DAY_MS)).toBeLessThanOrEqual(limits.perDay);
          expect(within(7 * DAY_MS)).toBeLessThanOrEqual(limits.perWeek);
          const previous = sent[index - 1] ?? -Infinity;
          expect(moment - previous).toBeGreaterThanOrEqual(limits.gapHours * HOUR_MS);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never waits longer than it must: a moment earlier would break the named rule', () => {
    const claims = fc.array(fc.integer({ min: NOW - 8 * DAY_MS, max: NOW }), { maxLength: 6 });
    fc.assert(
      fc.property(claims, (moments) => {
        const next = nextInPace(moments, NOW, PACE);
        expect(nextInPace(moments, Math.max(NOW, next.at - 1), PACE).code).toBe(next.code);
        expect(nextInPace(moments, next.at, PACE)).toEqual({ at: next.at });
      }),
    );
  });
});
