/**
 * Marketing stops itself before AWS does, and starts slowly. AWS reviews an account at 5% bounces or
 * 0.1% complaints; marketing brakes at half of that. The day's ceiling grows only while things go well.
 */
import { DAY_MS, type Instant, iso } from '../contract/time.ts';

/** Counters of one UTC day. `sent` are the mails reserved for sending: at most a block an instance too many. */
export type DayCount = {
  /** `2026-11-21`. */
  day: string;
  sent: number;
  bounces: number;
  complaints: number;
  /** Mails allowed on that day, fixed by its first reservation. */
  ceiling?: number;
};

export const BRAKE = {
  /** Of 100 mails sent: AWS reviews at 5. */
  bounceRate: 0.025,
  /** AWS reviews at 0.1%. */
  complaintRate: 0.0005,
  /** Fewer bounces say nothing about a rate: one typo among thirty mails is 3%. */
  bouncesMin: 10,
  /** One angry customer among the first two hundred is 0.5%: two more must agree. */
  complaintsMin: 3,
  /** Rates are taken over so many days, today included: a bad day brakes for a week at most. */
  days: 7,
} as const;

export type Brake = {
  code: 'brake-bounces' | 'brake-complaints';
  sent: number;
  count: number;
};

export const dayOf = (at: Instant): string => iso(at).slice(0, 10);

/** Midnight UTC after `at`: when the next day's ceiling begins. */
export const nextDay = (at: Instant): Instant => (Math.floor(at / DAY_MS) + 1) * DAY_MS;

function sumOf(days: readonly DayCount[], now: Instant) {
  const first = dayOf(now - (BRAKE.days - 1) * DAY_MS);
  const sum = { sent: 0, bounces: 0, complaints: 0 };
  for (const { day, sent, bounces, complaints } of days) {
    if (day < first) continue;
    sum.sent += sent;
    sum.bounces += bounces;
    sum.complaints += complaints;
  }
  return sum;
}

/** The brake, if it is on. It opens by itself when the bad days are a week old. */
export function brakeOf(days: readonly DayCount[], now: Instant): Brake | undefined {
  if (days.length === 0) return undefined;
  const { sent, bounces, complaints } = sumOf(days, now);
  if (complaints >= BRAKE.complaintsMin && complaints >= sent * BRAKE.complaintRate)
    return { code: 'brake-complaints', sent, count: complaints };
  if (bounces >= BRAKE.bouncesMin && bounces >= sent * BRAKE.bounceRate)
    return { code: 'brake-bounces', sent, count: bounces };
  return undefined;
}

/** Above it SES quotas are the limit, not caution. */
export const CEILING_MAX = 1_000_000;

/**
 * Mails allowed today: what the day's row says, else grown from the latest day known (rows are kept 30
 * days: after a silent month a sender is new again, to mailbox providers too), else `start`.
 */
export function ceilingOf(days: readonly DayCount[], start: number, now: Instant): number {
  if (days.length === 0) return start;
  const today = dayOf(now);
  const latest = days
    .filter((day) => day.ceiling !== undefined && day.day <= today)
    .sort((a, b) => (a.day < b.day ? 1 : -1))[0];
  if (!latest) return start;
  const ceiling = Math.max(start, latest.ceiling ?? start);
  return latest.day === today ? (latest.ceiling ?? start) : grown(ceiling, latest);
}

/** Doubles after a day that used at least half of it, with bounces and complaints below half the brake. */
function grown(ceiling: number, day: DayCount): number {
  const used = day.sent * 2 >= ceiling;
  const few =
    day.bounces * 2 < Math.max(BRAKE.bouncesMin, day.sent * BRAKE.bounceRate) &&
    day.complaints * 2 < Math.max(BRAKE.complaintsMin, day.sent * BRAKE.complaintRate);
  return used && few ? Math.min(ceiling * 2, CEILING_MAX) : ceiling;
}

/**
 * How many mails an instance reserves at once: one write for many mails, and at most half a percent of
 * the day lost with an instance that ends early. 200 a day: each mail by itself.
 */
export const blockOf = (ceiling: number): number =>
  Math.min(100, Math.max(1, Math.floor(ceiling / 200)));
