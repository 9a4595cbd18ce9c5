/**
 * The send ledger's states, as pure functions from row to row.
 *
 *              put-back (notBefore, reason)
 *            .-------------------------------.
 *            v                               |
 *   plan -> PLANNED --claim--> SENDING ------+-- accepted -----> SENT
 *            |  ^ put-back      (attempt,    |-- failed -------> FAILED
 *            |  '-- caps, quiet  opId,       '-- ambiguous or
 *            |      hours, held  leaseUntil)     lease over ---> UNKNOWN --60 min--> UNRESOLVED
 *            |-- failed (render) ------------------------------> FAILED
 *            '-- suppressed (judge) ---------------------------> SUPPRESSED
 *
 *   An SES event with our tag confirms from any state: -> SENT. SES's own refusal after it took the mail
 *   (`Rejected`, `Rendering Failed`) -> FAILED for good. Nothing leads from UNKNOWN back to a mail.
 *
 * Every change stores a fresh `opId`, and the adapter compares the one before: two writers never both win.
 */
import { assertNever } from '../contract/errors.ts';
import type { Coupon } from '../contract/coupons.ts';
import type { Message, MessageState, PlannedMessage } from '../contract/messages.ts';
import type { Reason } from '../contract/reasons.ts';
import { type Instant, MINUTE_MS } from '../contract/time.ts';

/** Rendering is over, SES answers within 5 s, a pause of Lambda is rare: after a minute somebody died. */
export const LEASE_MS = 60_000;
/**
 * No call to SES with less left of the lease: it begins within 20 s of the claim or not at all. Whoever
 * leaves is answered only when no mail claimed before can begin any more (see `mayStillGo`).
 */
export const LEASE_LEFT_MIN_MS = 40_000;
/** SES answers in this time, or its call is ended. */
const CALL_MS = 5_000;
/** SES events come within seconds, seldom minutes; after an hour without one nobody knows. */
export const UNKNOWN_MS = 60 * MINUTE_MS;

/** A claim so soon after the row was due counts as made when it was due. */
export const CLAIM_LAG_MS = 15 * MINUTE_MS;

/**
 * The moment that the pace counts from. `decide` spaces mails by their due times; were claims counted to
 * the millisecond, a mail due a day after another that took a second longer would miss its turn.
 */
export const claimedAt = ({ notBefore }: Message, now: Instant): Instant =>
  now - notBefore <= CLAIM_LAG_MS ? Math.min(notBefore, now) : now;

/** True while a claimed mail may yet be handed to SES, or is just being handed over. */
export const mayStillGo = ({ state, leaseUntil = 0 }: Message, at: Instant): boolean =>
  state === 'SENDING' && at < leaseUntil - LEASE_LEFT_MIN_MS + CALL_MS;

export type Change =
  | { kind: 'claim'; at: Instant; words?: string; coupon?: Coupon }
  | { kind: 'accepted'; at: Instant; sesMessageId: string }
  | { kind: 'put-back'; notBefore: Instant; reason: Reason; held?: boolean }
  | { kind: 'failed'; reason: Reason }
  | { kind: 'suppressed'; reason: Reason }
  | { kind: 'ambiguous'; at: Instant; reason: Reason }
  | { kind: 'unresolved'; reason: Reason }
  /** An SES event carried our tag: SES has taken the mail. */
  | { kind: 'confirmed'; at: Instant; sesMessageId: string }
  /** SES took the mail and refused it afterwards: no mail went out. */
  | { kind: 'refused'; reason: Reason };

/** From which states a change may come. What is not listed is illegal, and changes nothing. */
const FROM: Readonly<Record<Change['kind'], readonly MessageState[]>> = {
  claim: ['PLANNED'],
  // UNKNOWN and UNRESOLVED too: the answer came after the lease, and proves it.
  accepted: ['SENDING', 'UNKNOWN', 'UNRESOLVED'],
  'put-back': ['PLANNED', 'SENDING'],
  failed: ['PLANNED', 'SENDING'],
  suppressed: ['PLANNED'],
  ambiguous: ['SENDING'],
  unresolved: ['UNKNOWN'],
  confirmed: ['PLANNED', 'SENDING', 'FAILED', 'SUPPRESSED', 'UNKNOWN', 'UNRESOLVED'],
  refused: ['PLANNED', 'SENDING', 'SENT', 'SUPPRESSED', 'UNKNOWN', 'UNRESOLVED'],
};

/**
 * A new row. It is due at once: whoever planned it did so because it was due. The row is also what tells
 * the decision `planned`; no other row repeats it.
 */
export const planned = (message: PlannedMessage, opId: string): Message => ({
  ...message,
  state: 'PLANNED',
  opId,
  attempt: 0,
  notBefore: message.plannedAt,
  reason: { code: 'due' },
});

/** Planned and never looked at since: it comes by the stream. What was put back has another reason. */
export const isFresh = ({ state, reason }: Message): boolean =>
  state === 'PLANNED' && (reason === undefined || reason.code === 'due');

/** The row after a change, with a fresh `opId`; `undefined` where the state does not allow the change. */
export function changed(row: Message, change: Change, opId: string): Message | undefined {
  if (!FROM[change.kind].includes(row.state)) return undefined;
  if (change.kind === 'confirmed' && isRefused(row)) return undefined;
  return { ...core(row), opId, ...stateAfter(row, change) };
}

/** SES refused it after taking it: a late event about the taking says nothing new. */
const isRefused = (row: Message): boolean =>
  row.state === 'FAILED' && row.reason?.code === 'rejected' && row.reason.after === 'accepted';

/** What every state keeps: the plan, and how often it was tried. */
const core = (
  row: Message,
): PlannedMessage & Pick<Message, 'attempt' | 'notBefore' | 'words' | 'coupon'> => ({
  id: row.id,
  customerId: row.customerId,
  journey: row.journey,
  step: row.step,
  occasion: row.occasion,
  template: row.template,
  purpose: row.purpose,
  topic: row.topic,
  release: row.release,
  subject: row.subject,
  startedAt: row.startedAt,
  plannedAt: row.plannedAt,
  expiresAt: row.expiresAt,
  ...(row.risk && { risk: row.risk }),
  ...(row.words && { words: row.words }),
  ...(row.coupon && { coupon: row.coupon }),
  attempt: row.attempt,
  notBefore: row.notBefore,
});

/** In which language it went out; a fallback shows here. */
const inWords = ({ words }: Message) => words !== undefined && { words };

function stateAfter(row: Message, change: Change): Partial<Message> & { state: MessageState } {
  switch (change.kind) {
    case 'claim':
      return {
        state: 'SENDING',
        attempt: row.attempt + 1,
        leaseUntil: change.at + LEASE_MS,
        ...(change.words && { words: change.words }),
        ...(change.coupon && { coupon: change.coupon }),
      };
    case 'accepted':
      return {
        state: 'SENT',
        sentAt: change.at,
        sesMessageId: change.sesMessageId,
        reason: { code: 'accepted', ...inWords(row) },
      };
    case 'confirmed':
      return {
        state: 'SENT',
        sentAt: change.at,
        sesMessageId: change.sesMessageId,
        reason: { code: 'confirmed-by-event', ...inWords(row) },
      };
    case 'put-back':
      return {
        state: 'PLANNED',
        notBefore: Math.min(change.notBefore, row.expiresAt),
        reason: change.reason,
        ...(change.held && { held: true }),
      };
    case 'failed':
      return { state: 'FAILED', reason: change.reason };
    case 'refused':
      return { state: 'FAILED', reason: { ...change.reason, after: 'accepted' } };
    case 'suppressed':
      return { state: 'SUPPRESSED', reason: change.reason };
    case 'ambiguous':
      return { state: 'UNKNOWN', unknownSince: change.at, reason: change.reason };
    case 'unresolved':
      return { state: 'UNRESOLVED', reason: change.reason };
    default:
      return assertNever(change, 'change of a ledger row');
  }
}

/**
 * The row's place in the open index: from when on sweep looks at it. `undefined` once it is settled,
 * which takes it out of the index. A claim leaves it where it is: moving an entry costs two writes a mail,
 * and sweep, which meets the row in the few seconds of its lease, reads it anyway and goes by `dueAt`.
 */
export function openAt(row: Message): Instant | undefined {
  return row.state === 'SENDING' ? row.notBefore : dueAt(row);
}

/** When somebody must move the row on; `undefined` once it is settled. */
export function dueAt(row: Message): Instant | undefined {
  if (row.state === 'PLANNED') return row.notBefore;
  if (row.state === 'SENDING') return row.leaseUntil ?? row.notBefore;
  if (row.state === 'UNKNOWN') return (row.unknownSince ?? row.notBefore) + UNKNOWN_MS;
  return undefined;
}

/** True where the gate keeps the message's claim: it went out, or may have. */
export const keepsClaim = (state: MessageState): boolean =>
  state === 'SENDING' || state === 'SENT' || state === 'UNKNOWN' || state === 'UNRESOLVED';

export type Closure = {
  planned: number;
  sent: number;
  failed: number;
  suppressed: number;
  unresolved: number;
  open: number;
  /** Of the open ones: behind a breaker, a brake, a pause or the day's ceiling. */
  held: number;
};

const COUNTED: Readonly<Record<MessageState, Exclude<keyof Closure, 'planned' | 'held'>>> = {
  PLANNED: 'open',
  SENDING: 'open',
  UNKNOWN: 'open',
  SENT: 'sent',
  FAILED: 'failed',
  SUPPRESSED: 'suppressed',
  UNRESOLVED: 'unresolved',
};

/** Counts rows; every row that was ever planned is in exactly one of the columns. */
export function closure(rows: Iterable<Pick<Message, 'state' | 'held'>>): Closure {
  const sum = { planned: 0, sent: 0, failed: 0, suppressed: 0, unresolved: 0, open: 0, held: 0 };
  for (const row of rows) {
    sum.planned += 1;
    sum[COUNTED[row.state]] += 1;
    if (row.state === 'PLANNED' && row.held) sum.held += 1;
  }
  return sum;
}

/** planned = sent + failed + suppressed + unresolved + open. */
export const closes = (sum: Closure): boolean =>
  sum.planned === sum.sent + sum.failed + sum.suppressed + sum.unresolved + sum.open;
