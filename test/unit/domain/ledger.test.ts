import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message, MessageState } from '../../../functions/contract/messages.ts';
import { HOUR_MS, MINUTE_MS } from '../../../functions/contract/time.ts';
import {
  type Change,
  changed,
  closes,
  closure,
  keepsClaim,
  LEASE_MS,
  dueAt,
  isFresh,
  openAt,
  planned,
} from '../../../functions/domain/ledger.ts';
import { NOON, plannedMessage } from '../../builders/ledger.ts';

const row = (change: Partial<Message> = {}): Message => ({
  ...planned(plannedMessage(), 'op-0'),
  ...change,
});
const reason = { code: 'due' as const };

const anyChange: fc.Arbitrary<Change> = fc.constantFrom<Change>(
  { kind: 'claim', at: NOON },
  { kind: 'accepted', at: NOON, sesMessageId: 'ses' },
  { kind: 'put-back', notBefore: NOON + HOUR_MS, reason },
  { kind: 'put-back', notBefore: NOON + HOUR_MS, reason, held: true },
  { kind: 'failed', reason },
  { kind: 'suppressed', reason },
  { kind: 'ambiguous', at: NOON, reason },
  { kind: 'unresolved', reason },
  { kind: 'confirmed', at: NOON, sesMessageId: 'ses' },
  { kind: 'refused', reason: { code: 'rejected' } },
);

/** The arrows of DESIGN's drawing, and what SES's own events add. */
const ARROWS: { [from in MessageState]: MessageState[] } = {
  PLANNED: ['SENDING', 'PLANNED', 'FAILED', 'SUPPRESSED', 'SENT'],
  SENDING: ['SENT', 'PLANNED', 'FAILED', 'UNKNOWN'],
  UNKNOWN: ['SENT', 'UNRESOLVED', 'FAILED'],
  UNRESOLVED: ['SENT', 'FAILED'],
  SENT: ['FAILED'],
  FAILED: ['SENT'],
  SUPPRESSED: ['SENT', 'FAILED'],
};

function walk(changes: readonly Change[], visit: (was: Message, now: Message) => void): Message {
  let current = row();
  for (const [n, change] of changes.entries()) {
    const next = changed(current, change, `op-${n + 1}`);
    if (next) visit(current, next);
    current = next ?? current;
  }
  return current;
}

describe('the send ledger', () => {
  it('goes only along the arrows that are drawn', () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 12 }), (changes) => {
        walk(changes, (was, now) => expect(ARROWS[was.state]).toContain(now.state));
      }),
    );
  });

  it('never sends again by itself what may have gone', () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 12 }), (changes) => {
        let inDoubt = false;
        walk(changes, (was, now) => {
          inDoubt ||= was.state === 'UNKNOWN' || was.state === 'UNRESOLVED' || was.state === 'SENT';
          expect(inDoubt && now.state === 'SENDING').toBe(false);
        });
      }),
    );
  });

  it('never loses what was planned, and stores a fresh opId with every change', () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 12 }), (changes) => {
        const last = walk(changes, (was, now) => {
          expect(now).toMatchObject(plannedMessage());
          expect(now.opId).not.toBe(was.opId);
        });
        expect(last.attempt).toBeLessThanOrEqual(changes.length);
      }),
    );
  });

  it('has a time to look again for exactly the rows that are open', () => {
    fc.assert(
      fc.property(fc.array(anyChange, { maxLength: 12 }), (changes) => {
        const last = walk(changes, () => undefined);
        const open = ['PLANNED', 'SENDING', 'UNKNOWN'].includes(last.state);
        expect(openAt(last) !== undefined).toBe(open);
      }),
    );
  });

  it('adds up after anything that can happen to any number of mails', () => {
    const histories = fc.array(fc.array(anyChange, { maxLength: 8 }), { maxLength: 20 });
    fc.assert(
      fc.property(histories, (all) => {
        const sum = closure(all.map((changes) => walk(changes, () => undefined)));
        expect(sum.planned).toBe(all.length);
        expect(closes(sum)).toBe(true);
        expect(sum.held).toBeLessThanOrEqual(sum.open);
      }),
    );
  });

  it('confirms by an SES event from any state, unless SES itself refused the mail afterwards', () => {
    const confirmed: Change = { kind: 'confirmed', at: NOON, sesMessageId: 'ses' };
    const states: MessageState[] = ['PLANNED', 'SENDING', 'UNKNOWN', 'UNRESOLVED', 'SUPPRESSED'];
    for (const state of states)
      expect(changed(row({ state }), confirmed, 'op')).toMatchObject({
        state: 'SENT',
        reason: { code: 'confirmed-by-event' },
      });
    const refused = changed(
      row({ state: 'SENT' }),
      { kind: 'refused', reason: { code: 'rejected' } },
      'op',
    );
    expect(refused?.state).toBe('FAILED');
    expect(refused && changed(refused, confirmed, 'op-2')).toBeUndefined();
  });

  it('leases a claim for a minute, counts the attempt, and forgets why it waited', () => {
    const waiting = row({ reason, held: true });
    const { reason: _, ...bare } = row();
    expect(changed(waiting, { kind: 'claim', at: NOON }, 'op-1')).toEqual({
      ...bare,
      state: 'SENDING',
      opId: 'op-1',
      attempt: 1,
      leaseUntil: NOON + LEASE_MS,
    });
  });

  it('never puts a mail back beyond the moment when it expires', () => {
    const { expiresAt } = plannedMessage();
    const change: Change = { kind: 'put-back', notBefore: expiresAt + HOUR_MS, reason };
    expect(changed(row(), change, 'op')?.notBefore).toBe(expiresAt);
  });

  it('is in the open index where it was before a claim, and due when the lease is over', () => {
    const sending = changed(row(), { kind: 'claim', at: NOON + 9 }, 'op-2');
    expect(sending && openAt(sending)).toBe(openAt(row()));
    expect(sending && dueAt(sending)).toBe(NOON + 9 + LEASE_MS);
  });

  it('tells a fresh row from one that was put back', () => {
    expect(row()).toMatchObject({ reason: { code: 'due' } });
    expect(isFresh(row())).toBe(true);
    const back: Change = { kind: 'put-back', notBefore: NOON, reason: { code: 'throttled' } };
    expect(changed(row(), back, 'op-2')).not.toSatisfy(isFresh);
  });

  it('looks at an ambiguous mail again after an hour', () => {
    const unknown = row({ state: 'UNKNOWN', unknownSince: NOON });
    expect(openAt(unknown)).toBe(NOON + 60 * MINUTE_MS);
  });

  it('keeps the claim of what went out or may have', () => {
    const states: MessageState[] = [
      'PLANNED',
      'SENDING',
      'SENT',
      'FAILED',
      'SUPPRESSED',
      'UNKNOWN',
    ];
    expect(states.filter(keepsClaim)).toEqual(['SENDING', 'SENT', 'UNKNOWN']);
  });
});
