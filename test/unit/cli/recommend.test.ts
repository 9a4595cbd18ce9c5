import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { basketsOf, type Bought } from '../../../cli/product-book.ts';
import { recommendAll } from '../../../cli/recommend.ts';
import { folder, ran } from '../../builders/order-files.ts';

const HEADER = 'customer_id,date,item,quantity,title';
const rows = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => {
    const day = String(1 + (at % 28)).padStart(2, '0');
    const month = String(1 + (at % 3)).padStart(2, '0');
    return `c${at % 20},2026-${month}-${day},i${(at * 7) % 15},1,Thing ${at % 15}`;
  });
const files = folder();
const file = (name: string, lines: readonly string[]) =>
  files.put(name, [HEADER, ...lines].join('\n'));
const picksOf = (path: string) =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));

describe('recommend', () => {
  it('writes at most k picks for each customer, ranked, each item once, with a reason', async () => {
    const out = files.path('out.csv');
    const run = await ran(
      recommendAll,
      '--orders',
      file('a.csv', rows(200)),
      '--k',
      '3',
      '--out',
      out,
    );
    expect(run).toMatchObject({ code: 0 });
    const [header, ...picks] = picksOf(out);
    expect(header).toEqual(['customer_id', 'rank', 'item', 'score', 'reason']);
    const byCustomer = Map.groupBy(picks, ([customer]) => customer);
    expect(byCustomer.size).toBe(20);
    for (const own of byCustomer.values()) {
      expect(own.map(([, rank]) => Number(rank))).toEqual(own.map((_, at) => at + 1));
      expect(own.length).toBeLessThanOrEqual(3);
      expect(new Set(own.map(([, , item]) => item)).size).toBe(own.length);
      const scores = own.map(([, , , score]) => Number(score));
      expect(scores).toEqual(scores.toSorted((a, b) => b - a));
      for (const [, , , , reason] of own) expect(reason).toMatch(/^[a-z-]+(:.+)?$/);
    }
  });

  it('uses nothing after --until, whatever the order of the rows', async () => {
    const known = rows(120);
    const later = ['c1,2027-01-01,late,1,Late', 'c2,2027-01-01,late,1,Late'];
    const [one, other] = [files.path('one.csv'), files.path('other.csv')];
    const until = ['--until', '2026-12-31'];
    await ran(recommendAll, '--orders', file('b.csv', known), ...until, '--out', one);
    const shuffled = [...later, ...known.toReversed()];
    await ran(recommendAll, '--orders', file('c.csv', shuffled), ...until, '--out', other);
    const sorted = (path: string) => picksOf(path).map(String).toSorted();
    expect(sorted(other)).toEqual(sorted(one));
  });

  it('keeps to what was bought before, or to what was not, when asked', async () => {
    const orders = file('d.csv', rows(60));
    const had = new Set(
      rows(60)
        .map((row) => row.split(','))
        .map(([c, , item]) => `${c} ${item}`),
    );
    for (const only of ['again', 'new']) {
      const out = files.path(`${only}.csv`);
      await ran(recommendAll, '--orders', orders, '--only', only, '--out', out);
      const [, ...picks] = picksOf(out);
      for (const [customer, , item] of picks) {
        expect(had.has(`${customer} ${item}`)).toBe(only === 'again');
      }
    }
  });

  it('counts and lists bad rows, and says in one sentence what is wrong with the rest', async () => {
    const bad = file('e.csv', [...rows(30), 'c1,yesterday,i1,1,T', ',2026-01-01,i1,1,T']);
    const run = await ran(recommendAll, '--orders', bad, '--out', files.path('e-out.csv'));
    expect(run.stderr).toContain('2 bad rows skipped');
    expect(run.stderr).toContain('yesterday');
    const none = file('f.csv', ['c1,nonsense,i1,1,T']);
    const failed = await ran(recommendAll, '--orders', none, '--out', files.path('f-out.csv'));
    expect(failed).toMatchObject({ code: 1 });
    expect(failed.stderr).toContain('no order to recommend from');
    const wrong = await ran(recommendAll, '--orders', bad, '--only', 'x', '--out', files.path('g'));
    expect(wrong.stderr).toContain('wanted again or new');
  });
});

describe('the baskets of a customer', () => {
  const earlierNaive = (bought: readonly Bought[], day: number): string[] => {
    const now = bought.filter((line) => line.day === day).map(({ product }) => product);
    const before = bought.filter((line) => line.day < day).map(({ product }) => product);
    return [...new Set(before.toReversed())].filter((product) => !now.includes(product));
  };

  it('name the products of earlier orders alone, the latest first', () => {
    const line = fc.record({ product: fc.constantFrom(...'abcdefgh'), day: fc.nat({ max: 30 }) });
    fc.assert(
      fc.property(
        fc.uniqueArray(line, { maxLength: 80, selector: (l) => JSON.stringify(l) }),
        (some) => {
          // Within a day the order of a file's rows stays.
          const bought = some.map((l) => ({ ...l, quantity: 1 })).sort((a, b) => a.day - b.day);
          for (const { day, earlier } of basketsOf(bought)) {
            expect(earlier).toEqual(earlierNaive(bought, day));
          }
        },
      ),
    );
  });

  it('are made in time where one name stands for all guests', { timeout: 15_000 }, () => {
    const bought = Array.from({ length: 300_000 }, (_, n) => ({
      product: `p${(n * 7_919) % 60_000}`,
      day: Math.floor(n / 50),
      quantity: 1,
    }));
    let baskets = 0;
    for (const _ of basketsOf(bought)) baskets += 1;
    expect(baskets).toBe(6_000);
  });
});
