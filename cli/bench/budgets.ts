/** What is counted may not grow unseen: the limits are in test/bench/budgets.json. */
import { readFileSync } from 'node:fs';
import type { Counted } from './counted.ts';
import { mailCost, mixCost, total } from './costs.ts';

export type Budgets = {
  /** By step: most calls and units on average. A step that is not listed has no budget, and is refused. */
  steps: { [step: string]: { calls: number; readUnits: number; writeUnits: number } };
  /** Bytes of the stored customer. */
  state: { median: number; p95: number };
  /** USD per million, from the counted units. */
  usd: { events: number; mails: number };
};

const FILE = new URL('../../test/bench/budgets.json', import.meta.url);
export const readBudgets = (): Budgets => JSON.parse(readFileSync(FILE, 'utf8')) as Budgets;

/** Averages of a longer or shorter stretch differ by rounding up to whole kilobytes. */
const round = (value: number) => Math.round(value * 1000) / 1000;

/** One sentence for each figure above its budget. */
export function exceeded(counted: Counted, budgets: Budgets): string[] {
  const over: string[] = [];
  const check = (what: string, got: number, wanted: number) => {
    if (round(got) > wanted) over.push(`${what}: got ${round(got)}, wanted at most ${wanted}`);
  };
  for (const step of counted.steps) {
    const budget = budgets.steps[step.step];
    if (!budget) {
      over.push(`${step.step}: has no budget in test/bench/budgets.json`);
      continue;
    }
    check(`${step.step}, calls`, step.calls, budget.calls);
    check(`${step.step}, read units`, step.readUnits, budget.readUnits);
    check(`${step.step}, write units`, step.writeUnits, budget.writeUnits);
  }
  const state = stateSpread(counted);
  check('stored customer, median bytes', state.median, budgets.state.median);
  check('stored customer, 95% bytes', state.p95, budgets.state.p95);
  check('USD per million events', total(mixCost(counted)) * 1e6, budgets.usd.events);
  check('USD per million mails without SES', total(mailCost(counted)) * 1e6, budgets.usd.mails);
  return over;
}

/** Of all puts of the customer item, whatever caused them: the largest median and 95th percentile. */
export function stateSpread({ steps }: Counted): { median: number; p95: number } {
  const spreads = steps.flatMap(({ rows }) => rows['STATE'] ?? []);
  return {
    median: Math.max(0, ...spreads.map(({ median }) => median)),
    p95: Math.max(0, ...spreads.map(({ p95 }) => p95)),
  };
}
