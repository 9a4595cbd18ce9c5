/**
 * The last word before a mail goes: asked at the claim, with the gate and the customer as they are now.
 * Pure: the same message, gate, customer, policy, controls and moment always give the same verdict.
 */
import { share } from '../contract/ids.ts';
import type { Journey, Policy } from '../contract/journeys.ts';
import type { Gate, Message, PlannedMessage } from '../contract/messages.ts';
import type { Reason } from '../contract/reasons.ts';
import { type Instant, MINUTE_MS } from '../contract/time.ts';
import { brakeOf, ceilingOf, type DayCount, dayOf, nextDay } from './brake.ts';
import { permission } from './consent.ts';
import { type Customer, profileOf } from './customer.ts';
import { otherClaims } from './gate.ts';
import { modeOf } from './mode.ts';
import { pausedUntil } from './own-pause.ts';
import { nextInPace } from './pace.ts';
import { promotionPausedUntil } from './promotion-pause.ts';
import { nextAllowed, quietHours } from './quiet-hours.ts';
import { asOf } from './prediction/model-at.ts';
import { whyNot } from './still-true.ts';
import { planOf } from './wake/plan.ts';
import { zoneOf } from './zones.ts';

/** The account cannot send at all; one mail tries again at `probeAt`. */
export type Breaker = { code: string; since: Instant; probeAt: Instant };

/** What people and the account say about sending at all; read at the claim, at most 10 seconds old. */
export type Controls = {
  /** Journey ids, or `*` for all. */
  paused: readonly string[];
  breaker?: Breaker;
  /** Counters of the last days, today included; any order. */
  days: readonly DayCount[];
  /** The ceiling of the first day. */
  ceilingStart: number;
  /** Who may be mailed in this stage: `*` in prod, else lower-case addresses. */
  allowList: '*' | readonly string[];
};

/** Nothing in the way: what replay uses. */
export const FREE_CONTROLS: Controls = {
  paused: [],
  days: [],
  ceilingStart: Number.POSITIVE_INFINITY,
  allowList: '*',
};

export type Verdict =
  | { go: true }
  /** Not now. `held`: it waits for people or the account, not for the customer's good hour. */
  | { putBack: Instant; reason: Reason; held?: true }
  /** Never. */
  | { suppress: Reason };

/** What is paused is looked at again so soon after the pause ends; each look costs one write a mail. */
const PAUSE_RECHECK_MS = 30 * MINUTE_MS;
const BRAKE_RECHECK_MS = 60 * MINUTE_MS;
/** The last look at a held mail before it expires: the sweep, which finds it, comes every five minutes. */
const LAST_LOOK_MS = 15 * MINUTE_MS;
/** Held mails come back spread over so long, not all in one second. */
const SPREAD_MS = 5 * MINUTE_MS;

/** May this mail go to this customer at `now`? */
export function judge(
  message: PlannedMessage | Message,
  gate: Gate,
  customer: Customer,
  policy: Policy,
  controls: Controls,
  now: Instant,
): Verdict {
  const seen = asOf(policy, now);
  const never = whyNever(message, gate, customer, seen, controls, now);
  if (never) return { suppress: never };
  const later = whyLater(message, gate, customer, seen, controls, now);
  if (!later) return { go: true };
  if (later.putBack < message.expiresAt) return later;
  // It would only be stale when its time comes. A hold may end any minute, so there is one more look.
  return later.held
    ? { ...later, putBack: lastLook(message, now) }
    : { suppress: { code: 'expired', behind: later.reason.code } };
}

/** Shortly before it expires; after that, when it has expired. */
function lastLook(message: PlannedMessage, now: Instant): Instant {
  const at = message.expiresAt - LAST_LOOK_MS + spreadOf(message);
  return at > now ? at : message.expiresAt;
}

function whyNever(
  message: PlannedMessage,
  gate: Gate,
  customer: Customer,
  policy: Policy,
  controls: Controls,
  now: Instant,
): Reason | undefined {
  if (now >= message.expiresAt) return { code: 'expired' };
  if (gate.mergedInto ?? customer.mergedInto) return { code: 'merged' };
  const permitted = permission(customer, gate, message, policy.settings, now);
  if (!permitted.ok) return permitted.reason;
  if (!isAllowed(customer, controls)) return { code: 'not-on-allow-list' };
  const journey = planOf(policy).journeyOf(message);
  if (!journey) return { code: 'release-gone', release: message.release };
  return modeReason(journey, policy) ?? whyNot(message, journey, customer, now, policy)?.reason;
}

function isAllowed(customer: Customer, { allowList }: Controls): boolean {
  if (allowList === '*') return true;
  const address = profileOf(customer).email?.trim().toLowerCase();
  return address !== undefined && allowList.includes(address);
}

function modeReason(journey: Journey, { settings }: Policy): Reason | undefined {
  const mode = modeOf(journey, settings);
  if (mode === 'off') return { code: 'journey-off' };
  if (mode === 'shadow') return { code: 'mode-shadow' };
  return undefined;
}

type Later = { putBack: Instant; reason: Reason; held?: true };

function whyLater(
  message: PlannedMessage,
  gate: Gate,
  customer: Customer,
  policy: Policy,
  controls: Controls,
  now: Instant,
): Later | undefined {
  const { paused, breaker } = controls;
  if (paused.includes('*') || paused.includes(message.journey))
    return held(message, { code: 'journey-paused' }, now + PAUSE_RECHECK_MS);
  if (breaker && now < breaker.probeAt)
    return held(message, { code: 'breaker-open', error: breaker.code }, breaker.probeAt);
  if (message.purpose === 'transactional') return undefined;
  return whyBrake(message, controls, now) ?? whyPace(message, gate, customer, policy, now);
}

const held = (message: PlannedMessage, reason: Reason, at: Instant): Later => ({
  putBack: at + spreadOf(message),
  reason,
  held: true,
});

const spreadOf = ({ id }: PlannedMessage): number => Math.floor(share('held', id) * SPREAD_MS);

function whyBrake(message: PlannedMessage, controls: Controls, now: Instant): Later | undefined {
  if (controls.days.length === 0) return undefined;
  const brake = brakeOf(controls.days, now);
  if (brake) {
    const { code, sent, count } = brake;
    return held(message, { code, sent, count }, now + BRAKE_RECHECK_MS);
  }
  const today = controls.days.find(({ day }) => day === dayOf(now));
  const ceiling = ceilingOf(controls.days, controls.ceilingStart, now);
  return today && today.sent >= ceiling ? ceilingReached(message, ceiling, now) : undefined;
}

/** The day's mails are used up: the next UTC day goes on. */
export const ceilingReached = (message: PlannedMessage, ceiling: number, now: Instant): Later =>
  held(message, { code: 'daily-ceiling', ceiling }, nextDay(now));

/** A pause asked for, or a bad score, since the plan; then pace, then quiet hours: the end of the gap may fall into the night, and waiting breaks no cap. */
function whyPace(
  message: PlannedMessage,
  gate: Gate,
  customer: Customer,
  { settings }: Policy,
  now: Instant,
): Later | undefined {
  const own = pausedUntil(customer);
  if (own > now) return { putBack: own, reason: { code: 'deferred-own-pause', until: own } };
  const paused = promotionPausedUntil(customer, message.topic, settings.detractorPauseDays);
  if (paused > now)
    return { putBack: paused, reason: { code: 'deferred-promotion-paused', until: paused } };
  const pace = nextInPace(otherClaims(gate, message.id), now, settings.pace);
  const zone = zoneOf(profileOf(customer), settings);
  const at = nextAllowed(pace.at, zone, quietHours(settings));
  if (at === now) return undefined;
  const code = pace.code ?? 'deferred-quiet-hours';
  return { putBack: at, reason: { code, until: at } };
}
