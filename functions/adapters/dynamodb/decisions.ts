/** Rows that say why: one a call of `decide`, or of a claim, that has something to tell. */
import { decisionKey, type Key } from '../../contract/keys.ts';
import type { DecisionReason } from '../../contract/reasons.ts';
import { DAY_MS } from '../../contract/time.ts';

/** Reasons are read while a customer asks and a journey is tuned; the log keeps facts far longer. */
const KEPT_MS = 400 * DAY_MS;

type DecisionItem = Key & {
  customerId: string;
  reasons: readonly DecisionReason[];
  /** Of the customer that was decided on. */
  version: number;
  opId: string;
  ttl: number;
};

/** `cause` makes a repeat of the same decision meet the same row. */
export function decisionItem(
  customerId: string,
  cause: string,
  reasons: readonly DecisionReason[],
  write: { version: number; opId: string },
): DecisionItem {
  const at = Math.min(...reasons.map((reason) => reason.at));
  return {
    ...decisionKey(customerId, at, cause),
    customerId,
    reasons,
    ...write,
    ttl: Math.floor((at + KEPT_MS) / 1000),
  };
}
