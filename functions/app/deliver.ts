/** A ledger row that is due -> one mail, at most once; or a visible reason why not, or not now. */
import type { Coupon } from '../contract/coupons.ts';
import type { DeliverOrder } from '../contract/events.ts';
import { assertNever, PerennialError } from '../contract/errors.ts';
import { FIGURES } from '../contract/figures.ts';
import { share } from '../contract/ids.ts';
import type { Policy } from '../contract/journeys.ts';
import { type Gate, type Message, TAG } from '../contract/messages.ts';
import type { Outcome, Reason } from '../contract/reasons.ts';
import { type Instant, MINUTE_MS } from '../contract/time.ts';
import type { Customer } from '../domain/customer.ts';
import { claim } from '../domain/gate.ts';
import {
  type Breaker,
  type Controls,
  ceilingReached,
  judge,
  type Verdict,
} from '../domain/judge.ts';
import { asOf } from '../domain/prediction/model-at.ts';
import { type Change, changed, claimedAt, LEASE_LEFT_MIN_MS } from '../domain/ledger.ts';
import type { Control, Pacer, Sending } from './control.ts';
import { type LedgerDeps, settle, writeRow } from './ledger.ts';
import type { Mail, Mailer, SendOutcome } from './mail.ts';
import { MERGED, moveRow, wentBefore } from './moving.ts';
import type { OverLimit } from './render-limits.ts';

/** A template that cannot be rendered is the mail's end; a log that cannot be read is thrown. */
export type Content = Omit<Mail, 'tags'>;
export type Composed =
  /** `words`: the locale that it is written in. */
  | { mail: Content; words?: string; coupon?: Coupon }
  | { aborted: string }
  | { suppressed: Reason }
  | { failed: string; overLimit?: OverLimit };

export type DeliverDeps = LedgerDeps & {
  customers: { load(id: string): Promise<Customer> };
  policies: { current(): Promise<Policy> };
  composer: { compose(message: Message, customer: Customer, policy: Policy): Promise<Composed> };
  mailer: Mailer;
  control: Control;
  sending: Sending;
  pacer: Pacer;
  count(name: string, value?: number): void;
};

export type Delivery = { outcome: Outcome | 'skipped'; reason?: Reason };

/** Each round means that somebody wrote the gate between reading and claiming it. */
const ROUNDS_MAX = 5;
/** The breaker's probe: often enough to go on soon, seldom enough not to be a burden. */
export const PROBE_MS = 5 * MINUTE_MS;
/** Throttled mails wait from half a minute, doubling up to a quarter of an hour. */
const BACKOFF_MS = MINUTE_MS / 2;
const BACKOFF_MAX_MS = 15 * MINUTE_MS;
/** An accepted mail must not stay in doubt because one write failed. */
const CONFIRMS_MAX = 3;

/** Looks at the row, and sends its mail if it is due and allowed. Repeats find it moved and do nothing. */
export async function deliver(deps: DeliverDeps, order: DeliverOrder): Promise<Delivery> {
  const row = await deps.ledger.load(order);
  if (!row || row.state !== 'PLANNED' || row.notBefore > deps.clock.now())
    return { outcome: 'skipped' };
  await deps.pacer.take();
  // One for all rounds: a claim that was refused as a conflict and yet stored meets itself.
  const opId = deps.ids.opId();
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const result = await attempt(deps, row, opId);
    if (result !== 'gate-moved') return counted(deps, result);
  }
  throw new PerennialError(
    'gate-busy',
    `message ${row.id}: its gate moved ${ROUNDS_MAX} times; the queue brings it again.`,
  );
}

function counted({ count }: DeliverDeps, delivery: Delivery): Delivery {
  if (delivery.outcome !== 'skipped') count(`Mails_${delivery.outcome}`);
  return delivery;
}

/** Judge, render, claim, send: in this order, so that nothing slow or refused happens within the lease. */
async function attempt(
  deps: DeliverDeps,
  row: Message,
  opId: string,
): Promise<Delivery | 'gate-moved'> {
  const [gate, customer, policy, controls] = await Promise.all([
    deps.gates.load(row.customerId),
    deps.customers.load(row.customerId),
    deps.policies.current(),
    deps.sending.controls(),
  ]);
  if (gate.mergedInto !== undefined) {
    if ((await moveRow(deps, row)) === 'row-moved') return { outcome: 'skipped' };
    return { outcome: 'suppressed', reason: MERGED };
  }
  if (gate.former && (await wentBefore(deps, row, gate)))
    return stop(deps, row, { suppress: MERGED });
  const now = deps.clock.now();
  const verdict = judge(row, gate, customer, policy, controls, now);
  if (!('go' in verdict)) return stop(deps, row, verdict);
  const composed = await deps.composer.compose(row, customer, asOf(policy, now));
  if (!('mail' in composed)) return unrendered(deps, row, composed);
  const hindered = await whyNoTurn(deps, row, controls, now);
  if (hindered) return stop(deps, row, hindered);
  return claimAndSend(deps, row, opId, gate, composed, controls);
}

/** What the account allows is asked last, since asking spends it. */
async function whyNoTurn(
  { control, sending }: DeliverDeps,
  row: Message,
  { breaker, ceilingStart }: Controls,
  now: Instant,
): Promise<Exclude<Verdict, { go: true }> | undefined> {
  if (breaker && !(await control.takeProbe(breaker, now + PROBE_MS))) {
    sending.forget();
    return behindBreaker(row, breaker.code, now);
  }
  if (row.purpose === 'marketing' && !(await sending.spend()))
    return ceilingReached(row, ceilingStart, now);
  return undefined;
}

/** Held until after the probe, spread so that not all come back in one second. */
const behindBreaker = (row: Message, error: string, now: Instant) => ({
  putBack: now + PROBE_MS + Math.floor(share('held', row.id) * PROBE_MS),
  reason: { code: 'breaker-open' as const, error },
  held: true as const,
});

async function stop(
  deps: DeliverDeps,
  row: Message,
  verdict: Exclude<Verdict, { go: true }>,
): Promise<Delivery> {
  if ('suppress' in verdict) {
    const reason = verdict.suppress;
    return told(deps, row, { kind: 'suppressed', reason }, { outcome: 'suppressed', reason });
  }
  const { putBack, reason, held } = verdict;
  const change: Change = { kind: 'put-back', notBefore: putBack, reason, ...(held && { held }) };
  return told(deps, row, change, { outcome: 'put-back', reason });
}

async function unrendered(
  deps: DeliverDeps,
  row: Message,
  composed: Exclude<Composed, { mail: Content }>,
): Promise<Delivery> {
  if ('aborted' in composed || 'suppressed' in composed) {
    const reason: Reason =
      'aborted' in composed ? { code: 'aborted', why: composed.aborted } : composed.suppressed;
    return told(deps, row, { kind: 'suppressed', reason }, { outcome: 'suppressed', reason });
  }
  const { failed, overLimit } = composed;
  const reason: Reason = overLimit
    ? { code: 'render-limit', ...overLimit }
    : { code: 'render-failed', why: failed };
  const change: Change = { kind: 'failed', reason };
  const delivery = await told(deps, row, change, { outcome: 'failed', reason });
  if (overLimit && delivery.outcome === 'failed') alarm(deps, overLimit);
  return delivery;
}

/** The next customers get no mail either until somebody mends the template. */
function alarm({ count }: DeliverDeps, { limit }: OverLimit): void {
  count(`MailsOverLimit.${limit}`);
  count(FIGURES.ledgerOverdue);
}

/** Stores the change; where somebody else moved the row first, theirs counts. */
async function told(
  deps: DeliverDeps,
  row: Message,
  change: Change,
  delivery: Delivery,
): Promise<Delivery> {
  return (await settle(deps, row, change)) ? delivery : { outcome: 'skipped' };
}

async function claimAndSend(
  deps: DeliverDeps,
  was: Message,
  opId: string,
  gate: Gate,
  { mail, words, coupon }: Extract<Composed, { mail: Content }>,
  controls: Controls,
): Promise<Delivery | 'gate-moved'> {
  const at = deps.clock.now();
  const told = { ...(words && { words }), ...(coupon && { coupon }) };
  const row = changed(was, { kind: 'claim', at, ...told }, opId);
  if (!row) return { outcome: 'skipped' };
  const marketing = was.purpose === 'marketing';
  const next = marketing ? claim(gate, was.id, claimedAt(was, at)) : undefined;
  if (marketing && !next) {
    const reason: Reason = { code: 'deferred-week-cap', claims: gate.claims.length };
    return stop(deps, was, { putBack: at + BACKOFF_MAX_MS, reason });
  }
  const outcome = await writeRow(deps, { row, was, gate: { was: gate, ...(next && { next }) } });
  if (outcome === 'stored') return send(deps, row, mail, controls.breaker);
  if (marketing) deps.sending.giveBack();
  return outcome === 'gate-moved' ? outcome : { outcome: 'skipped' };
}

async function send(
  deps: DeliverDeps,
  row: Message,
  mail: Content,
  breaker: Breaker | undefined,
): Promise<Delivery> {
  const now = deps.clock.now();
  const left = (row.leaseUntil ?? now) - now;
  if (left < LEASE_LEFT_MIN_MS) {
    const reason: Reason = { code: 'lease-lost', leftMs: left };
    return told(
      deps,
      row,
      { kind: 'put-back', notBefore: now, reason },
      { outcome: 'put-back', reason },
    );
  }
  const outcome = await deps.mailer
    .send({ ...mail, tags: tagsOf(row) })
    .catch((): SendOutcome => ({ kind: 'ambiguous', code: 'MailerThrew' }));
  return conclude(deps, row, outcome, breaker);
}

/** With these every SES event finds its row again; ids only, in SES's narrow alphabet. */
const tagsOf = (row: Message): Mail['tags'] => ({
  [TAG.message]: row.id,
  [TAG.customer]: row.customerId,
  [TAG.journey]: row.journey,
  [TAG.step]: row.step,
  [TAG.opId]: row.opId,
});

/** What SES's answer, or its silence, means for the row. */
async function conclude(
  deps: DeliverDeps,
  row: Message,
  outcome: SendOutcome,
  breaker: Breaker | undefined,
): Promise<Delivery> {
  const at = deps.clock.now();
  const went = outcome.kind === 'accepted' || outcome.kind === 'ambiguous';
  if (!went && row.purpose === 'marketing') deps.sending.giveBack();
  switch (outcome.kind) {
    case 'accepted': {
      await confirm(deps, row, { kind: 'accepted', at, sesMessageId: outcome.sesMessageId });
      if (breaker) await closeBreaker(deps, breaker);
      const told: Reason = { code: 'accepted', ...(row.words && { words: row.words }) };
      return { outcome: 'sent', reason: told };
    }
    case 'throttled': {
      const reason: Reason = { code: 'throttled', error: outcome.code, attempt: row.attempt };
      const change: Change = { kind: 'put-back', notBefore: at + backoff(row), reason };
      return told(deps, row, change, { outcome: 'put-back', reason });
    }
    case 'blocked': {
      const delivery = await stop(deps, row, behindBreaker(row, outcome.code, at));
      await deps.control.openBreaker({ code: outcome.code, since: at, probeAt: at + PROBE_MS });
      deps.sending.forget();
      return delivery;
    }
    case 'rejected': {
      const reason: Reason = { code: 'rejected', error: outcome.code };
      return told(deps, row, { kind: 'failed', reason }, { outcome: 'failed', reason });
    }
    case 'ambiguous': {
      const reason: Reason = { code: 'ambiguous', error: outcome.code };
      return told(deps, row, { kind: 'ambiguous', at, reason }, { outcome: 'unknown', reason });
    }
    default:
      return assertNever(outcome, 'outcome of a send');
  }
}

/** Doubles with each attempt; the hash spreads those that were throttled together. */
const backoff = (row: Message): number =>
  Math.min(BACKOFF_MS * 2 ** (row.attempt - 1), BACKOFF_MAX_MS) *
  (1 + share('backoff', row.id, String(row.attempt)));

/** SES has it: the row says so, whoever moved it in between (a sweep after the lease, an SES event). */
async function confirm(deps: DeliverDeps, sent: Message, change: Change): Promise<void> {
  let row: Message | undefined = sent;
  for (let attempt = 1; row && row.state !== 'SENT'; attempt += 1) {
    try {
      if (await settle(deps, row, change)) return;
    } catch (error) {
      if (attempt >= CONFIRMS_MAX) throw error;
    }
    if (attempt >= CONFIRMS_MAX) return;
    row = await deps.ledger.load({ customerId: sent.customerId, messageId: sent.id });
  }
}

async function closeBreaker({ control, sending }: DeliverDeps, breaker: Breaker): Promise<void> {
  await control.closeBreaker(breaker);
  sending.forget();
}
