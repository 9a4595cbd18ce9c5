import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const DOMAIN = join(import.meta.dirname, '../../../functions/domain');

const sources = readdirSync(DOMAIN, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, text: readFileSync(join(DOMAIN, name), 'utf8') }));

/** What the linter cannot see, or would let pass with a comment. */
const FORBIDDEN: readonly [what: string, pattern: RegExp][] = [
  ['a clock', /\bDate\.now\b|\bnew Date\(\s*\)|\bDate\(\s*\)|\bperformance\.|\bTemporal\.Now\b/],
  ['chance', /\bMath\.random\b|\brandomUUID\b|\brandomBytes\b|\bgetRandomValues\b/],
  ['the environment', /\bprocess\b\.|\bimport\.meta\b|\bglobalThis\b/],
  ['I/O', /from 'node:(?!crypto')|\bfetch\(|\bimport\(/],
  ['the zone of the machine', /\.getHours\(|\.getDay\(|\.getDate\(|\.getTimezoneOffset\(|toLocale/],
];

describe('the kernel', () => {
  it('is looked at as a whole', () => {
    expect(sources.length).toBeGreaterThan(20);
  });

  it.each(FORBIDDEN)('knows nothing of %s', (_what, pattern) => {
    const found = sources.flatMap(({ name, text }) =>
      text
        .split('\n')
        .map((line, index) => ({ line: line.trim(), where: `${name}:${index + 1}` }))
        .filter(({ line }) => !/^(\*|\/\/|\/\*)/.test(line) && pattern.test(line)),
    );
    expect(found).toEqual([]);
  });
});
