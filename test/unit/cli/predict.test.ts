import { existsSync, readFileSync, rmSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { predict as command } from '../../../cli/predict.ts';
import {
  command as started,
  folder,
  orderLines,
  ordersCsv,
  type Ran,
  ran as runs,
  rowsOf,
} from '../../builders/order-files.ts';
import { hasShared, sharedPath } from '../../builders/shared-data.ts';

const { dir, path, put } = folder();
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const LINES = orderLines(400, 360);
const UNTIL = '2025-09-30';
const known = LINES.filter((line) => (line.split(',')[1] as string) <= UNTIL);

const predict = (orders: string, out: string, ...more: string[]) =>
  runs(command, '--orders', orders, '--out', path(out), ...more);

describe('the predict command', () => {
  let ran: Ran;
  beforeAll(async () => {
    const orders = put('orders.csv', ordersCsv(LINES));
    const args = ['--orders', orders, '--out', path('out.csv'), '--until', UNTIL];
    ran = await started('predict', ...args, '--horizon-days', '60');
  });

  it('has a row for everybody first seen until the day, and for nobody else', () => {
    expect(ran.code).toBe(0);
    const ids = new Set(known.map((line) => line.split(',')[0]));
    const rows = rowsOf(path('out.csv'));
    expect(new Set(rows.map((row) => row['customer_id']))).toEqual(ids);
    expect(rows).toHaveLength(ids.size);
    expect(Object.keys(rows[0] ?? {}).join()).toBe(
      'customer_id,p_active,expected_orders,expected_value,next_order_date,next_order_low,next_order_high,basis',
    );
  });

  it('gives chances, counts and values that can be, and a date within its interval', () => {
    for (const row of rowsOf(path('out.csv'))) {
      const [p, orders, value] = ['p_active', 'expected_orders', 'expected_value'].map((name) =>
        Number(row[name]),
      ) as [number, number, number];
      expect(p > 0 && p < 1 && orders >= p * 0.999 && orders <= 60 && value > 0).toBe(true);
      const {
        next_order_date: due = '',
        next_order_low: low = '',
        next_order_high: high = '',
      } = row;
      expect(low > UNTIL && low <= due && due <= high && high <= '2025-11-29').toBe(true);
      expect(['shop', 'shrunk', 'prior']).toContain(row['basis']);
    }
  });

  it('ranks those who bought lately above those who have long been away', () => {
    const last = new Map(known.map((line) => line.split(',') as [string, string]));
    const mean = (test: (day: string) => boolean) => {
      const some = rowsOf(path('out.csv')).filter((row) =>
        test(last.get(row['customer_id'] ?? '') ?? ''),
      );
      return some.reduce((sum, row) => sum + Number(row['p_active']), 0) / some.length;
    };
    expect(mean((day) => day > '2025-09-01')).toBeGreaterThan(
      2 * mean((day) => day < '2025-06-01'),
    );
  });

  it('sums up what it did and what it rests on', () => {
    expect(ran.stdout).toMatch(/customers until 2025-09-30, the 60 days after it/);
    expect(ran.stdout).toMatch(/rest on the shop's own orders/);
    expect(ran.stdout).toMatch(
      /tested on the shop's own past .*Brier 0\.\d+, log-loss 0\.\d+, AUC/,
    );
    expect(ran.stderr).toMatch(/rows after --until left out/);
  });

  it('sees nothing of what came later, nor of the order of the rows', async () => {
    const before = readFileSync(path('out.csv'), 'utf8');
    const later = put('later.csv', ordersCsv([...LINES, 'c1,2025-10-01,999', 'new,2025-10-01,9']));
    await predict(later, 'later-out.csv', '--until', UNTIL, '--horizon-days', '60');
    expect(readFileSync(path('later-out.csv'), 'utf8')).toBe(before);
    const turned = put('turned.csv', ordersCsv(LINES.toReversed()));
    await predict(turned, 'turned-out.csv', '--until', UNTIL, '--horizon-days', '60');
    const sorted = (text: string) => text.split('\n').sort();
    expect(sorted(readFileSync(path('turned-out.csv'), 'utf8'))).toEqual(sorted(before));
  });

  it('takes several rows of a day for one order day, gzip, and rows of items', async () => {
    const items = known.flatMap((line) => {
      const [customer, date, amount] = line.split(',') as [string, string, string];
      const half = (Number(amount) / 2).toFixed(4);
      return [
        `${customer};${date}T09:00;A;1;${half}`,
        `${customer};${date}T21:00;B;2;${Number(half) / 2}`,
      ];
    });
    const text = `customer_id;datetime;sku;quantity;unit_price\n${items.join('\n')}\n`;
    const ran = await predict(
      put('items.csv.gz', gzipSync(text)),
      'items-out.csv',
      '--until',
      UNTIL,
      '--horizon-days',
      '60',
    );
    expect(ran.stderr).toContain('amount from quantity x price');
    expect(readFileSync(path('items-out.csv'), 'utf8')).toBe(readFileSync(path('out.csv'), 'utf8'));
  });

  it('leaves expected_value empty where the file has no amounts', async () => {
    const orders = put('bare.csv', ordersCsv(known.map((line) => line.replace(/[^,]*$/, ''))));
    const ran = await predict(orders, 'bare-out.csv', '--until', UNTIL);
    expect(ran.stdout).toContain('no amounts in the file');
    const rows = rowsOf(path('bare-out.csv'));
    expect(rows.every((row) => row['expected_value'] === '' && row['p_active'] !== '')).toBe(true);
  });

  it('skips bad rows and tells them', async () => {
    const orders = put('bad.csv', ordersCsv([...known, 'c1,tomorrow,3', ',2025-01-01,3']));
    const ran = await predict(orders, 'bad-out.csv', '--until', UNTIL, '--horizon-days', '60');
    expect(ran.stderr).toContain('2 bad rows skipped');
    expect(ran.stderr).toContain(`row ${known.length + 2}: date: got "tomorrow"`);
    expect(readFileSync(path('bad-out.csv'), 'utf8')).toBe(readFileSync(path('out.csv'), 'utf8'));
  });

  it('says of one customer that it cannot tell yet, rather than a figure', async () => {
    const ran = await predict(put('one.csv', ordersCsv(['7,2025-01-01,5'])), 'one-out.csv');
    expect(ran.code).toBe(0);
    expect(rowsOf(path('one-out.csv'))).toEqual([
      expect.objectContaining({ customer_id: '7', p_active: '', basis: 'none' }),
    ]);
    expect(ran.stdout).toContain('cannot tell');
  });

  it('tells no figure that is none, where everybody came back', async () => {
    const lines = Array.from({ length: 200 }, (_, n) => {
      const day = new Date(Date.UTC(2025, 0, 1) + 3 * n * 86_400_000);
      return `7,${day.toISOString().slice(0, 10)},5`;
    });
    const ran = await predict(put('steady.csv', ordersCsv(lines)), 'steady-out.csv');
    expect(ran.stdout).toContain('tested on the shop');
    expect(ran.stdout).not.toMatch(/NaN|Infinity/);
  });

  it('gives identical customers identical figures', async () => {
    const lines = Array.from({ length: 30 }, (_, id) => [
      `${id},2025-01-01,5`,
      `${id},2025-02-01,5`,
    ]);
    const ran = await predict(put('same.csv', ordersCsv(lines.flat())), 'same-out.csv');
    expect(ran.code).toBe(0);
    const figures = rowsOf(path('same-out.csv')).map((row) =>
      JSON.stringify({ ...row, customer_id: '' }),
    );
    expect(new Set(figures).size).toBe(1);
  });
});

describe('a predict command that cannot work', () => {
  const expectRefused = async (ran: Promise<Ran>, sentence: RegExp) => {
    const { code, stderr } = await ran;
    expect(code).toBe(1);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(existsSync(path('none.csv'))).toBe(false);
  };

  it('ends in one sentence and leaves no file', async () => {
    const orders = put('fine.csv', ordersCsv(known));
    await expectRefused(predict(path('missing.csv'), 'none.csv'), /^no file .*missing.csv/);
    await expectRefused(
      predict(put('empty.csv', ''), 'none.csv'),
      /empty; wanted a line of column names/,
    );
    await expectRefused(
      predict(put('head.csv', ordersCsv([])), 'none.csv'),
      /no order to predict from \(0 rows\)/,
    );
    await expectRefused(
      predict(put('who.csv', 'a,b\n1,2\n'), 'none.csv'),
      /no column customer_id, date/,
    );
    await expectRefused(
      predict(orders, 'none.csv', '--until', '2020-01-01'),
      /after --until 2020-01-01/,
    );
    await expectRefused(
      predict(orders, 'none.csv', '--until', 'soon'),
      /--until: got "soon", wanted a day/,
    );
    await expectRefused(
      predict(orders, 'none.csv', '--horizon-days', '0'),
      /--horizon-days: got "0", wanted/,
    );
    await expectRefused(predict(orders, 'fine.csv'), /--out: got the file of --orders/);
    await expectRefused(runs(command, '--nonsense'), /npm run predict/);
  });
});

describe.skipIf(!hasShared('online_retail.csv.gz'))('400,000 rows of items', () => {
  it('are predicted from well within 30 seconds', async () => {
    const started = performance.now();
    const ran = await predict(
      sharedPath('online_retail.csv.gz'),
      'retail.csv',
      '--until',
      '2011-08-31',
      '--horizon-days',
      '100',
    );
    expect(ran.code).toBe(0);
    expect(performance.now() - started).toBeLessThan(30_000);
    expect(rowsOf(path('retail.csv')).length).toBe(3_317);
  });
});
