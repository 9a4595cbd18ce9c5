/** What a change of code or journeys changed: two runs over the same log, mail by mail. */
import { createReadStream } from 'node:fs';
import type { DecisionLine } from '../functions/app/replay/report.ts';
import { lines } from '../infra/local/text-lines.ts';

/** (customer, journey, step, occasion) -> its last outcome, and why. */
export type LastOutcomes = Map<string, string>;

const keyOf = ({ customer, journey, step, occasion }: DecisionLine): string =>
  [customer, journey, step, occasion].join('\t');

/** Notes a decision; a later one of the same mail replaces it. */
export function note(outcomes: LastOutcomes, line: DecisionLine): void {
  outcomes.set(keyOf(line), `${line.outcome} (${line.reason.code})`);
}

/** Reads what an earlier replay wrote with `--out`. */
export async function lastOutcomes(file: string): Promise<LastOutcomes> {
  const outcomes: LastOutcomes = new Map();
  for await (const text of lines(createReadStream(file))) {
    if (text.startsWith('{')) note(outcomes, JSON.parse(text) as DecisionLine);
  }
  return outcomes;
}

/** Lines such as `abandoned-cart/help: 12 × sent (accepted) -> nothing`, the most frequent first. */
export function comparison(before: LastOutcomes, after: LastOutcomes): string[] {
  const counts = new Map<string, number>();
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const from = before.get(key) ?? 'nothing';
    const to = after.get(key) ?? 'nothing';
    if (from === to) continue;
    const [, journey, step] = key.split('\t');
    const change = `${journey}/${step}: ${from} -> ${to}`;
    counts.set(change, (counts.get(change) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([change, count]) => `${String(count).padStart(7)} × ${change}`);
}
