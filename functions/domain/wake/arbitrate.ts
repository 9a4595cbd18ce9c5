/**
 * One voice: which of the mails that are due goes now, and what becomes of the others. In this order:
 * still true, permitted, mode, pause after a bad score, pace, quiet hours, and the holdout last.
 */
import type { Journey, Step } from '../../contract/journeys.ts';
import type { PlannedMessage, Subject } from '../../contract/messages.ts';
import type { Outcome, Reason, ReasonCode } from '../../contract/reasons.ts';
import type { Instant } from '../../contract/time.ts';
import { permission } from '../consent.ts';
import { type Candidate, type Customer, profileOf, type Recent } from '../customer.ts';
import { unpackKey } from '../facts/key.ts';
import { compareText } from '../facts/marks.ts';
import { heldOut } from '../holdout.ts';
import type { Basis } from '../legal-basis.ts';
import { modeOf } from '../mode.ts';
import { nextInPace } from '../pace.ts';
import { bandAt } from '../prediction/outlook.ts';
import { pausedUntil } from '../own-pause.ts';
import { promotionPausedUntil } from '../promotion-pause.ts';
import { nextAllowed } from '../quiet-hours.ts';
import { whyNot } from '../still-true.ts';
import { zoneOf } from '../zones.ts';
import type { Plan } from './plan.ts';
import { tell, type Work } from './work.ts';

/** More mails that wait than that are weeks of silence for the last of them. */
export const CANDIDATES_MAX = 16;
/** Pace and quiet hours push each other on at most a few days; more would be no hour at all. */
const TURNS_MAX = 8;

type Verdict =
  | { kind: 'plan'; basis?: Basis }
  | { kind: 'end'; outcome: Outcome; reason: Reason }
  | { kind: 'defer'; until: Instant; code: ReasonCode };

const end = (outcome: Outcome, reason: Reason): Verdict => ({ kind: 'end', outcome, reason });

const inTurn = (a: Candidate, b: Candidate): number =>
  b.priority - a.priority ||
  a.message.startedAt - b.message.startedAt ||
  compareText(a.message.id, b.message.id);

/** Judges every candidate that is due, the most important first. */
export function arbitrate(work: Work): void {
  const due = work.candidates.filter(({ notBefore }) => notBefore <= work.now).sort(inTurn);
  if (due.length === 0) return;
  const kept = work.candidates.filter(({ notBefore }) => notBefore > work.now);
  for (const candidate of due) {
    const verdict = judge(work, candidate);
    const told = { ...candidate.message, messageId: candidate.message.id };
    if (verdict.kind === 'plan') planMail(work, candidate, verdict.basis);
    else if (verdict.kind === 'end') tell(work, told, verdict.outcome, verdict.reason);
    else kept.push(defer(work, candidate, verdict.until, verdict.code));
  }
  const waiting = kept.sort(inTurn);
  for (const { message } of waiting.splice(CANDIDATES_MAX)) {
    const reason = { code: 'candidates-full', limit: CANDIDATES_MAX } as const;
    tell(work, { ...message, messageId: message.id }, 'lapsed', reason);
  }
  work.candidates = waiting;
}

function judge(work: Work, candidate: Candidate): Verdict {
  const { customer, plan, now } = work;
  const { message } = candidate;
  const journey = plan.journeyOf(message);
  const step = journey?.steps.find(({ id }) => id === message.step);
  if (!journey || step?.kind !== 'send') {
    return end('lapsed', { code: 'release-gone', release: message.release });
  }
  const no = whyNot(message, journey, customer, now, plan);
  if (no) return end(no.outcome, no.reason);
  const permitted = permission(customer, undefined, message, plan.settings, now);
  if (!permitted.ok) return end('suppressed', permitted.reason);
  const mode = modeOf(journey, plan.settings);
  if (mode === 'off') return end('lapsed', { code: 'journey-off' });
  if (mode === 'shadow') return end('shadow', { code: 'mode-shadow' });
  if (message.purpose === 'transactional') return { kind: 'plan' };
  const { basis } = permitted;
  return (
    later(work, candidate) ?? held(work, journey, step) ?? { kind: 'plan', ...(basis && { basis }) }
  );
}

function held({ customer, plan, now }: Work, journey: Journey, step: Step & { kind: 'send' }) {
  const { id, holdout } = journey;
  const code = heldOut(customer.id, { id, holdout, measured: step.measured }, plan.settings);
  return code && end('held-out', { code, ...riskNow(customer, now, plan) });
}

/** Both groups of a measured mail carry it, so that lift can be told by risk. */
function riskNow({ facts }: Customer, now: Instant, plan: Plan) {
  const risk = bandAt(facts, now, plan);
  return risk && { risk };
}

/** The first moment at which pause, pace and quiet hours all let a marketing mail go. */
function later(work: Work, { message }: Candidate): Verdict | undefined {
  const { customer, plan, now, recent } = work;
  const own = pausedUntil(customer);
  if (own > now) return { kind: 'defer', until: own, code: 'deferred-own-pause' };
  const paused = promotionPausedUntil(customer, message.topic, plan.settings.detractorPauseDays);
  if (paused > now) return { kind: 'defer', until: paused, code: 'deferred-promotion-paused' };
  const claims = recent.flatMap((each) => (each.purpose === 'marketing' ? [each.plannedAt] : []));
  const zone = zoneOf(profileOf(customer), plan.settings);
  let until = now;
  let code: ReasonCode | undefined;
  for (let turn = 0; turn < TURNS_MAX; turn += 1) {
    const paced = nextInPace(claims, until, plan.settings.pace);
    const allowed = nextAllowed(paced.at, zone, plan.quiet);
    code ??= paced.code ?? (allowed > paced.at ? 'deferred-quiet-hours' : undefined);
    if (allowed === until) break;
    until = allowed;
  }
  if (until <= now || code === undefined) return undefined;
  // Of several that were due together, the others stand behind the one that goes.
  const isBehind = code !== 'deferred-quiet-hours' && work.messages.length > 0;
  return { kind: 'defer', until, code: isBehind ? 'deferred-behind' : code };
}

/** Waits on, at most until it is stale. It is judged again only then, so that each deferral is told once. */
function defer(work: Work, candidate: Candidate, until: Instant, code: ReasonCode): Candidate {
  const { message } = candidate;
  tell(work, { ...message, messageId: message.id }, 'deferred', { code, until });
  return { ...candidate, notBefore: Math.min(until, message.expiresAt) };
}

function planMail(work: Work, { message }: Candidate, basis: Basis | undefined): void {
  const { customer, now, plan } = work;
  const subject = subjectNow(customer, message.subject);
  const planned: PlannedMessage = {
    ...message,
    customerId: customer.id,
    subject,
    plannedAt: now,
    ...(message.purpose === 'marketing' && riskNow(customer, now, plan)),
  };
  work.messages.push(planned);
  work.recent.push(recentOf(planned));
  tell(work, { ...message, messageId: message.id }, 'planned', {
    code: 'due',
    // Consent is the rule: only what is not consent is said.
    ...(basis && basis !== 'consent' && { basis }),
  });
}

function recentOf(planned: PlannedMessage): Recent {
  const { id, journey, step, occasion, purpose, release, startedAt, plannedAt } = planned;
  const { key: _, ...subject } = planned.subject;
  return { id, journey, step, occasion, purpose, release, subject, startedAt, plannedAt };
}

/** A cart is shown as it stands when the mail goes; other subjects do not change. */
function subjectNow(customer: Customer, subject: Subject): Subject {
  if (subject.kind !== 'cart') return subject;
  const whole = customer.facts.carts.find(({ id }) => id === subject.id)?.whole;
  const key = whole && { key: unpackKey(customer.id, whole.key, whole.at) };
  return { kind: 'cart', id: subject.id, ...key };
}
