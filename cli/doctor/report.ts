/** The doctor's findings as text. */
import type { Check } from './checks.ts';

const MARKS = { ok: 'ok     ', hint: 'hint   ', todo: 'MISSING' } as const;

/** One line a check, and what to do under it. */
export const report = (checks: readonly Check[]): string =>
  checks
    .flatMap(({ what, state, found, act }) => [
      `${MARKS[state]} ${what}: ${found}`,
      ...(act ? [`        -> ${act}`] : []),
    ])
    .join('\n');

/** The last line: whether mail can go. */
export function verdict(checks: readonly Check[]): string {
  const missing = checks.filter(({ state }) => state === 'todo').length;
  return missing === 0
    ? 'Ready: this stage can mail.'
    : `${missing} of ${checks.length} things are missing before this stage can mail.`;
}
