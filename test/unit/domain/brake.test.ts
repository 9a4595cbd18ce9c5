import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../../functions/contract/time.ts';
import {
  BRAKE,
  blockOf,
  brakeOf,
  ceilingOf,
  type DayCount,
  dayOf,
  nextDay,
} from '../../../functions/domain/brake.ts';
import { NOON } from '../../builders/ledger.ts';

const day = (ago: number, change: Partial<DayCount> = {}): DayCount => ({
  day: dayOf(NOON - ago * DAY_MS),
  sent: 0,
  bounces: 0,
  complaints: 0,
  ...change,
});

describe('the brake', () => {
  it('is on at half the rates at which AWS reviews an account', () => {
    expect(BRAKE.bounceRate).toBe(0.05 / 2);
    expect(BRAKE.complaintRate).toBe(0.001 / 2);
    expect(brakeOf([day(0, { sent: 1000, bounces: 24 })], NOON)).toBeUndefined();
    expect(brakeOf([day(0, { sent: 1000, bounces: 25 })], NOON)).toEqual({
      code: 'brake-bounces',
      sent: 1000,
      count: 25,
    });
    expect(brakeOf([day(0, { sent: 10_000, complaints: 4 })], NOON)).toBeUndefined();
    expect(brakeOf([day(0, { sent: 10_000, complaints: 5 })], NOON)?.code).toBe('brake-complaints');
  });

  it('waits for the stated minimum: a few among few say nothing', () => {
    expect(brakeOf([day(0, { sent: 30, bounces: 9 })], NOON)).toBeUndefined();
    expect(brakeOf([day(0, { sent: 30, bounces: 10 })], NOON)?.code).toBe('brake-bounces');
    expect(brakeOf([day(0, { sent: 30, complaints: 2 })], NOON)).toBeUndefined();
    expect(brakeOf([day(0, { sent: 30, complaints: 3 })], NOON)?.code).toBe('brake-complaints');
  });

  it('looks at seven days, and opens when the bad one is a week old', () => {
    const bad = { sent: 100, bounces: 20 };
    expect(brakeOf([day(6, bad)], NOON)?.code).toBe('brake-bounces');
    expect(brakeOf([day(7, bad)], NOON)).toBeUndefined();
  });
});

describe('the ceiling of a day', () => {
  it('starts where the stage says', () => {
    expect(ceilingOf([], 200, NOON)).toBe(200);
  });

  it('doubles after a good day that used half of it', () => {
    expect(ceilingOf([day(1, { sent: 100, ceiling: 200 })], 200, NOON)).toBe(400);
    expect(ceilingOf([day(5, { sent: 400, ceiling: 400 })], 200, NOON)).toBe(800);
  });

  it('stays after a quiet day, and after one with bounces or complaints', () => {
    expect(ceilingOf([day(1, { sent: 99, ceiling: 200 })], 200, NOON)).toBe(200);
    expect(ceilingOf([day(1, { sent: 200, ceiling: 200, bounces: 5 })], 200, NOON)).toBe(200);
    expect(ceilingOf([day(1, { sent: 200, ceiling: 200, complaints: 2 })], 200, NOON)).toBe(200);
  });

  it('does not change within the day', () => {
    const days = [day(1, { sent: 400, ceiling: 400 }), day(0, { sent: 10, ceiling: 400 })];
    expect(ceilingOf(days, 200, NOON)).toBe(400);
  });

  it('never more than doubles from one day to the next, and never falls below its start', () => {
    const counts = fc.record({
      sent: fc.nat(5000),
      bounces: fc.nat(50),
      complaints: fc.nat(5),
      ceiling: fc.integer({ min: 200, max: 5000 }),
    });
    fc.assert(
      fc.property(counts, (count) => {
        const ceiling = ceilingOf([day(1, count)], 200, NOON);
        expect(ceiling).toBeGreaterThanOrEqual(200);
        expect(ceiling).toBeLessThanOrEqual(count.ceiling * 2);
      }),
    );
  });

  it('is reserved mail by mail while small, in blocks of half a percent later', () => {
    expect([200, 399, 4000, 1_000_000].map(blockOf)).toEqual([1, 1, 20, 100]);
  });

  it('begins anew at midnight UTC', () => {
    expect(nextDay(NOON)).toBe(Date.parse('2026-06-11T00:00:00Z'));
    expect(nextDay(nextDay(NOON))).toBe(Date.parse('2026-06-12T00:00:00Z'));
  });
});
