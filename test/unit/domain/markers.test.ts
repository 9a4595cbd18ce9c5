import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../../functions/contract/time.ts';
import {
  base36,
  dayAfter,
  FOREVER,
  liveMarkers,
  marker,
  MARKERS_MAX,
} from '../../../functions/domain/wake/markers.ts';
import { T0 } from '../../builders/events.ts';

describe('markers', () => {
  it('differ for every journey and occasion', () => {
    const all = new Set<string>();
    for (let journey = 0; journey < 40; journey += 1) {
      for (let order = 0; order < 500; order += 1) all.add(marker(`j-${journey}`, `A-${order}`));
    }
    expect(all.size).toBe(40 * 500);
    expect(marker('ab', 'c')).not.toBe(marker('a', 'bc'));
  });

  it('are written as any whole number to the base of 36', () => {
    const whole = fc.oneof(
      fc.maxSafeNat(),
      fc.nat(),
      fc.constantFrom(0, 35, 36, 36 ** 5 - 1, 36 ** 5, 36 ** 10 - 1, 36 ** 10),
    );
    fc.assert(
      fc.property(whole, (number) => {
        expect(base36(number)).toBe(number.toString(36));
      }),
    );
  });

  it('live until their day has passed, or forever', () => {
    const done = { old: dayAfter(T0 - 2 * DAY_MS), today: dayAfter(T0 - DAY_MS), ever: FOREVER };
    expect(Object.keys(liveMarkers(done, T0))).toEqual(['today', 'ever']);
    expect(liveMarkers({ ever: FOREVER }, T0)).toEqual({ ever: FOREVER });
  });

  it('stay the same object while nothing is to be forgotten', () => {
    const done = { today: dayAfter(T0) };
    expect(liveMarkers(done, T0)).toBe(done);
  });

  it('are at most a fixed number; those that would be forgotten first go first', () => {
    const many = Array.from({ length: MARKERS_MAX + 10 }, (_, n) => [`m-${n}`, dayAfter(T0) + n]);
    const done = { ...Object.fromEntries(many), ever: FOREVER };
    const live = liveMarkers(done, T0);
    expect(Object.keys(live)).toHaveLength(MARKERS_MAX);
    expect(live['ever']).toBe(FOREVER);
    expect(live['m-0']).toBeUndefined();
    expect(live[`m-${MARKERS_MAX + 9}`]).toBeDefined();
  });
});
