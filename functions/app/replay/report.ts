/** What a replay tells: one line a decision, a table, and a digest that needs no sorting. */
import { hash } from 'node:crypto';
import type { Outcome, Reason } from '../../contract/reasons.ts';
import { type Instant, iso } from '../../contract/time.ts';

/** One decision, as the output file holds it. */
export type DecisionLine = {
  at: string;
  customer: string;
  journey: string;
  step: string;
  occasion: string;
  outcome: Outcome;
  reason: Reason;
};

export const lineOf = (
  customer: string,
  told: {
    at: Instant;
    journey: string;
    step: string;
    occasion: string;
    outcome: Outcome;
    reason: Reason;
  },
): DecisionLine => ({
  at: iso(told.at),
  customer,
  journey: told.journey,
  step: told.step,
  occasion: told.occasion,
  outcome: told.outcome,
  reason: told.reason,
});

/** Names in the order of the alphabet, so that equal reasons are equal text. */
const sortedNames = (reason: Reason): Reason =>
  Object.fromEntries(Object.entries(reason).sort(([a], [b]) => (a < b ? -1 : 1))) as Reason;

/** The text of a decision; equal decisions have equal texts. */
export const textOf = (line: DecisionLine): string =>
  JSON.stringify({ ...line, reason: sortedNames(line.reason) });

const MODULUS = 1n << 256n;

/**
 * A digest of a set of lines in any order: the sum of their SHA-256. Adding commutes, so a million
 * decisions need not be kept and sorted; a line that comes twice counts twice.
 */
export class SetDigest {
  private sum = 0n;

  add(text: string): void {
    this.sum = (this.sum + BigInt(`0x${hash('sha256', text, 'hex')}`)) % MODULUS;
  }

  hex(): string {
    return this.sum.toString(16).padStart(64, '0');
  }
}

/** How often each journey came to each outcome for each reason. */
export class Summary {
  private readonly counts = new Map<string, number>();
  total = 0;

  add({ journey, step, outcome, reason }: DecisionLine): void {
    const key = [journey, step, outcome, reason.code].join('\t');
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    this.total += 1;
  }

  /** Rows by journey, step, outcome and reason, with their counts. */
  rows(): { journey: string; step: string; outcome: string; reason: string; count: number }[] {
    return [...this.counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, count]) => {
        const [journey = '', step = '', outcome = '', reason = ''] = key.split('\t');
        return { journey, step, outcome, reason, count };
      });
  }

  /** The table as text, columns aligned. */
  table(): string {
    const head = ['journey', 'step', 'outcome', 'reason', 'count'];
    const body = this.rows().map((row) => [
      row.journey,
      row.step,
      row.outcome,
      row.reason,
      String(row.count),
    ]);
    const widths = head.map((name, i) =>
      Math.max(name.length, ...body.map((row) => (row[i] ?? '').length)),
    );
    return [head, ...body]
      .map((row) =>
        row
          .map((cell, i) => (i === 4 ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
          .join('  ')
          .trimEnd(),
      )
      .join('\n');
  }
}
