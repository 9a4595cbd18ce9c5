import { existsSync, readFileSync, rmSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reorder as command } from '../../../cli/reorder.ts';
import { share } from '../../../functions/contract/ids.ts';
import {
  command as started,
  folder,
  type Ran,
  ran as runs,
  rowsOf,
} from '../../builders/order-files.ts';
import { hasShared, sharedPath } from '../../builders/shared-data.ts';

const { dir, path, put } = folder();
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const dateOf = (day: number): string =>
  new Date(Date.UTC(2025, 0, 1) + day * 86_400_000).toISOString().slice(0, 10);

/** Customers who buy oil about each month, soap about each week, and a ring once. */
const LINES = Array.from({ length: 60 }, (_, customer) => {
  const lines = [`C${customer},${dateOf(customer)},RING,1`];
  for (const [item, gap] of [
    ['OIL', 30],
    ['SOAP', 7],
  ] as const) {
    for (let turn = 0; turn < 7; turn += 1) {
      const day = customer + turn * gap + Math.floor(4 * share(item, `${customer}.${turn}`));
      lines.push(`C${customer},${dateOf(day)},${item},2`);
    }
  }
  return lines;
}).flat();
const HEADER = 'customer_id,date,item,quantity';
const csv = (lines: readonly string[], header = HEADER) => `${[header, ...lines].join('\n')}\n`;

const reorder = (orders: string, out: string, ...more: string[]) =>
  runs(command, '--orders', orders, '--out', path(out), ...more);

describe('the reorder command', () => {
  let ran: Ran;
  beforeAll(async () => {
    const orders = put('orders.csv', csv(LINES));
    const args = ['--orders', orders, '--out', path('out.csv'), '--until', '2025-06-30'];
    ran = await started('reorder', ...args);
  });

  it('has a row for each product that a customer bought on two days, and for no other', () => {
    expect(ran.stderr).toContain('out.csv written');
    expect(ran.code).toBe(0);
    const rows = rowsOf(path('out.csv'));
    expect(rows).toHaveLength(120);
    expect(Object.keys(rows[0] ?? {}).join()).toBe('customer_id,item,due_date,low,high,basis');
    expect(rows.some((row) => row['item'] === 'RING')).toBe(false);
  });

  it('gives dates after the last known day, within their interval', () => {
    for (const { due_date: due = '', low = '', high = '' } of rowsOf(path('out.csv'))) {
      expect([low, due, high].toSorted()).toEqual([low, due, high]);
      expect(low > '2025-06-30').toBe(true);
    }
  });

  it('says how many rest on what, and whether pieces matter', () => {
    expect(ran.stdout).toContain('120 products of 60 customers were bought on two days or more');
    expect(ran.stdout).toMatch(
      /tested on the last \d+ days: of \d+ products .* miss by [\d.]+ days/,
    );
    expect(ran.stdout).toContain('more pieces were not seen to last longer');
  });

  it('uses no row after the day, in whatever order and under whatever names they come', async () => {
    const early = LINES.filter((line) => (line.split(',')[1] ?? '') <= '2025-04-15');
    await reorder(put('early.csv', csv(early)), 'early-out.csv', '--until', '2025-04-15');
    const renamed = csv(LINES.toReversed(), 'Customer ID,Invoice Date,SKU,Qty');
    const until = ['--until', '2025-04-15'];
    await reorder(put('all.csv.gz', gzipSync(renamed)), 'all-out.csv', ...until);
    const sorted = (file: string) => readFileSync(path(file), 'utf8').split('\n').toSorted();
    expect(sorted('all-out.csv')).toEqual(sorted('early-out.csv'));
  });

  it('does not count what was given back', async () => {
    const back = [...LINES, `C7,${dateOf(250)},OIL,-14`, `C8,${dateOf(250)},OIL,-1`];
    await reorder(put('back.csv', csv(back)), 'back-out.csv');
    const oils = rowsOf(path('back-out.csv')).filter((row) => row['item'] === 'OIL');
    const customers = oils.map((row) => row['customer_id']);
    expect(customers).not.toContain('C7');
    expect(customers).toContain('C8');
  });

  it('counts, lists and skips bad rows, and rows without an item', async () => {
    const bad = [
      ...LINES,
      'C1,someday,OIL,1',
      ',2025-01-01,OIL,1',
      'C1,2025-01-01,OIL,many',
      'C1,2025-01-02,,1',
    ];
    const { stdout, stderr, code } = await reorder(put('bad.csv', csv(bad)), 'bad-out.csv');
    expect(code).toBe(0);
    expect(stderr).toContain('3 bad rows skipped');
    expect(stderr).toContain('row 902: date: got "someday"');
    expect(stdout).toContain('1 rows without an item left out');
  });

  it('makes do without a quantity', async () => {
    const bare = LINES.map((line) => line.slice(0, -2));
    const { code } = await reorder(
      put('bare.csv', csv(bare, 'customer_id,date,item')),
      'bare-out.csv',
    );
    expect(code).toBe(0);
  });

  it('says what is missing, and writes nothing then', async () => {
    const none = await reorder(
      put('none.csv', 'customer_id,date\nC1,2025-01-01\n'),
      'none-out.csv',
    );
    expect(none.code).toBe(1);
    expect(none.stderr).toContain('no column item');
    const later = await reorder(path('orders.csv'), 'none-out.csv', '--until', '2020-01-01');
    expect(later.stderr).toContain('nothing to predict from');
    expect(existsSync(path('none-out.csv'))).toBe(false);
    expect((await runs(command)).stderr).toContain('npm run reorder');
  });

  it.skipIf(!hasShared('online_retail.csv.gz'))(
    'takes 400,000 rows in much less than half a minute',
    async () => {
      const began = performance.now();
      const { stderr, code } = await reorder(sharedPath('online_retail.csv.gz'), 'large.csv');
      expect(code).toBe(0);
      expect(stderr).toContain('406,829 rows');
      expect(performance.now() - began).toBeLessThan(30_000);
    },
    60_000,
  );
});
