import { describe, expect, it } from 'vitest';
import { DAY_MS, durationMs, HOUR_MS, iso, MINUTE_MS } from '../../../functions/contract/time.ts';

describe('durations', () => {
  it.each([
    ['PT4H', 4 * HOUR_MS],
    ['P7D', 7 * DAY_MS],
    ['P2W', 14 * DAY_MS],
    ['P1DT2H30M', DAY_MS + 2 * HOUR_MS + 30 * MINUTE_MS],
    ['PT0S', 0],
  ])('%s has a length', (text, ms) => {
    expect(durationMs(text)).toBe(ms);
  });

  it.each(['', 'P', 'PT', 'P1DT', 'P1M', 'P1Y', '7D', 'P-1D', 'P1.5D', '4 hours'])(
    'refuses %j: it has no fixed length or is none',
    (text) => {
      expect(durationMs(text)).toBeUndefined();
    },
  );

  it('writes instants so that they sort as text', () => {
    expect(iso(0)).toBe('1970-01-01T00:00:00.000Z');
    expect(iso(1e12) < iso(1e12 + 1)).toBe(true);
  });
});
