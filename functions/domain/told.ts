/** Which reasons of a decision need a row of their own. */
import type { DecisionReason } from '../contract/reasons.ts';

/**
 * Not those of mails that were planned now: their ledger rows say it. A mail in `known` has its row from
 * before: that is told, as `already-planned`.
 */
export const toldReasons = (
  reasons: readonly DecisionReason[],
  known: ReadonlySet<string>,
): DecisionReason[] =>
  reasons.flatMap((reason) => {
    if (reason.outcome !== 'planned') return [reason];
    const isKnown = reason.messageId !== undefined && known.has(reason.messageId);
    return isKnown ? [{ ...reason, outcome: 'already-planned' as const }] : [];
  });
