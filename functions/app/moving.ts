/** Mails that were planned for a customer who is another one now. */
import { messageId } from '../contract/ids.ts';
import type { Gate, Message } from '../contract/messages.ts';
import type { Reason } from '../contract/reasons.ts';
import { changed, keepsClaim, planned } from '../domain/ledger.ts';
import { currentGate, type LedgerDeps } from './ledger.ts';

export const MERGED = { code: 'merged' } as const satisfies Reason;

/** The row as the customer's new id has it: the same mail under the same names, so that it is one mail. */
export function movedTo(row: Message, customerId: string, opId: string): Message {
  const { held: _held, words: _words, coupon: _coupon, ...plan } = row;
  const id = messageId(customerId, row.journey, row.step, row.occasion);
  return { ...planned({ ...plan, id, customerId }, opId), notBefore: row.notBefore };
}

/**
 * Ends the row, and plans its mail for the customer that its own is now. Where that one has the mail already,
 * in whatever state, the row only ends: one mail for one customer, step and occasion.
 *
 *   loser's row   PLANNED -> SUPPRESSED (merged) .
 *                                                 one transaction
 *   winner's row  absent  -> PLANNED ............'
 */
export async function moveRow(
  deps: LedgerDeps,
  row: Message,
): Promise<'moved' | 'ended' | 'row-moved'> {
  const { ledger, gates, ids } = deps;
  const next = changed(row, { kind: 'suppressed', reason: MERGED }, ids.opId());
  if (!next) return 'row-moved';
  const { customerId } = await currentGate(gates, row.customerId);
  const moved = movedTo(row, customerId, ids.opId());
  const outcome = await ledger.move({ row: next, was: row, moved });
  if (outcome === 'stored') return 'moved';
  if (outcome === 'row-moved') return 'row-moved';
  return (await ledger.write({ row: next, was: row })) === 'stored' ? 'ended' : 'row-moved';
}

/**
 * True when the mail went out, or may have, under an id that the customer had before. Asked after the gate
 * was read: whatever is claimed there later meets a gate that has moved.
 */
export async function wentBefore({ ledger }: LedgerDeps, row: Message, gate: Gate) {
  for (const customerId of gate.former ?? []) {
    const id = messageId(customerId, row.journey, row.step, row.occasion);
    const earlier = await ledger.load({ customerId, messageId: id });
    if (earlier && keepsClaim(earlier.state)) return true;
  }
  return false;
}
