import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { instantOf, numberOf } from '../../../cli/order-cells.ts';
import {
  BAD_ROWS_SHOWN,
  dayArgument,
  dayText,
  type OrderRow,
  type OrdersOptions,
  ordersLines,
  readOrders,
} from '../../../cli/orders-file.ts';

const dir = mkdtempSync(join(tmpdir(), 'perennial-orders-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

let files = 0;
const file = (content: string | Uint8Array): string => {
  files += 1;
  const path = join(dir, `${files}.csv`);
  writeFileSync(path, content);
  return path;
};
const read = async (content: string | Uint8Array, options: OrdersOptions = {}) => {
  const rows: OrderRow[] = [];
  const report = await readOrders(file(content), options, (row) => rows.push(row));
  return { rows, report };
};
const ITEMS = ['item', 'quantity', 'price', 'title', 'order_id', 'amount'] as const;

describe('an orders file', () => {
  it('gives each row with its day, amount and the number of its line', async () => {
    const { rows, report } = await read(
      'customer_id,date,amount\n7,2026-01-31,12.50\n8,20260201,\n',
    );
    expect(rows).toEqual([
      expect.objectContaining({ row: 2, customer: '7', amount: 12.5, returned: false }),
      expect.objectContaining({ row: 3, customer: '8' }),
    ]);
    expect(rows.map(({ day }) => dayText(day))).toEqual(['2026-01-31', '2026-02-01']);
    expect(rows[1]).not.toHaveProperty('amount');
    expect(report).toMatchObject({ rows: 2, used: 2, bad: 0, guessed: [] });
  });

  it('reads the same with a BOM, gzip, other line ends, semicolons, tabs, and quotes', async () => {
    const plain = 'customer_id,date,amount\n7,2026-01-31,12.50\n8,2026-02-01,3\n';
    const expected = (await read(plain, { wants: ['amount'] })).rows;
    const ways = [
      `\ufeff${plain}`,
      gzipSync(plain),
      plain.replaceAll('\n', '\r\n'),
      plain.replaceAll(',', ';').replace('12.50', '12,50'),
      plain.replaceAll(',', '\t'),
      plain.replaceAll(/[^,\n]+/g, '"$&"'),
      plain.trimEnd(),
      plain.replace('12.50', '€12.50'),
    ];
    for (const way of ways) expect((await read(way, { wants: ['amount'] })).rows).toEqual(expected);
    const told = await read(`sep=;\n${plain.replaceAll(',', ';')}`);
    expect(told.rows.map(({ row }) => row)).toEqual([3, 4]);
  });

  it('keeps separators, quotes and line ends within quoted cells', async () => {
    const { rows } = await read(
      'customer_id,date,title\n7,2026-01-31,"A ""big"", red\nlamp"\n8,2026-02-01,B\n',
      { wants: ['title'] },
    );
    expect(rows.map(({ row, title }) => [row, title])).toEqual([
      [2, 'A "big", red\nlamp'],
      [4, 'B'],
    ]);
  });

  it('finds the columns of other exports by their names, and says which it took', async () => {
    const shop = await read(
      'Name,Email,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Total\n' +
        '#1,a@example.com,2026-01-31 23:30:00 -0500,2,Ring,5.00,R-1,10.00\n' +
        '#1,a@example.com,2026-01-31 23:30:00 -0500,1,Case,1.00,C-1,\n',
      { wants: ITEMS },
    );
    expect(shop.rows[0]).toMatchObject({ customer: 'a@example.com', item: 'R-1', title: 'Ring' });
    expect(shop.rows.map(({ order, amount }) => [order, amount])).toEqual([
      ['#1', 10],
      ['#1', undefined],
    ]);
    expect(dayText(shop.rows[0]?.day ?? 0)).toBe('2026-02-01');
    expect(shop.report.guessed).toContain('order_id from "Name"');
    const invoices = await read(
      'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID\n' +
        '1,85123A,HOLDER,6,2010-12-01 08:26,2.55,17850\n',
      { wants: ITEMS },
    );
    expect(invoices.rows[0]).toMatchObject({ customer: '17850', item: '85123A', quantity: 6 });
    expect(invoices.rows[0]?.amount).toBeCloseTo(15.3);
    expect(invoices.report.guessed).toContain('amount from quantity x price');
  });

  it('counts, lists and skips bad rows, saying what it got and what it wanted', async () => {
    const { rows, report } = await read(
      'customer_id,date,amount\n1,2026-01-01,5\n,2026-01-01,5\n2,31.01.2026,5\n3,2026-02-30,5\n' +
        '4,2026-01-01,lots\n5\n6,2026-01-02,7\n7,9999-12-31,7\n',
      { wants: ['amount'] },
    );
    expect(rows.map(({ customer }) => customer)).toEqual(['1', '6']);
    expect(report.badRows).toEqual([
      { row: 3, reason: 'customer_id: got nothing, wanted who bought' },
      {
        row: 4,
        reason: expect.stringMatching(/^date: got "31.01.2026", wanted a day: 2026-01-31/),
      },
      { row: 5, reason: expect.stringMatching(/^date: got "2026-02-30"/) },
      { row: 6, reason: 'amount: got "lots", wanted a number' },
      { row: 7, reason: expect.stringMatching(/^date: got nothing/) },
      { row: 9, reason: expect.stringMatching(/^date: got "9999-12-31", wanted a day from 1970/) },
    ]);
    expect(report).toMatchObject({ rows: 8, used: 2, bad: 6 });
    expect(ordersLines(report).join('\n')).toContain('6 bad rows skipped:\n  row 3:');
  });

  it('lists only the first bad rows of many, and never more of a cell than its beginning', async () => {
    const rows = `1,${'x'.repeat(500)}\n`.repeat(BAD_ROWS_SHOWN + 30);
    const { report } = await read(`customer_id,date\n${rows}`);
    expect(report.bad).toBe(BAD_ROWS_SHOWN + 30);
    expect(report.badRows).toHaveLength(BAD_ROWS_SHOWN);
    expect(report.badRows.every(({ reason }) => reason.length < 200)).toBe(true);
    expect(ordersLines(report).join('\n')).toContain(`the first ${BAD_ROWS_SHOWN} here`);
  });

  it('loses one row to a quote that never ends, not those after it', async () => {
    const good = '1,2026-01-01,A\n'.repeat(250);
    const { rows, report } = await read(`customer_id,date,title\n2,2026-01-01,"open\n${good}`, {
      wants: ['title'],
    });
    expect(rows).toHaveLength(250);
    expect(report.badRows).toEqual([{ row: 2, reason: expect.stringContaining('never ends') }]);
  });

  it('uses rows up to and including the last day', async () => {
    const until = dayArgument('until', '2026-01-31');
    const { rows, report } = await read(
      'customer_id,date\n1,2026-01-30\n2,2026-01-31T23:59:59Z\n3,2026-02-01T00:00:00Z\n',
      { until },
    );
    expect(rows.map(({ customer }) => customer)).toEqual(['1', '2']);
    expect(report).toMatchObject({ later: 1, last: until });
  });

  it('tells goods that come back from orders, whatever the command asks for', async () => {
    const { rows } = await read(
      'customer_id,date,item,quantity,unit_price\n1,2026-01-01,A,2,1\n1,2026-01-02,A,-2,1\n',
      { needs: ['item'] },
    );
    expect(rows.map(({ returned }) => returned)).toEqual([false, true]);
    const amounts = await read('customer_id,date,amount\n1,2026-01-01,5\n1,2026-01-02,-5\n');
    expect(amounts.rows.map(({ returned }) => returned)).toEqual([false, true]);
  });

  it('never loses a row for a cell of a column that nobody asked for', async () => {
    const { rows, report } = await read(
      'customer_id,date,item,amount,price,quantity\n1,2026-01-01,A,n/a,?,-\n',
      { needs: ['item'] },
    );
    expect([rows.length, report.bad]).toEqual([1, 0]);
  });
});

describe('a file that cannot be used', () => {
  const refusal = (promise: Promise<unknown>) =>
    expect(promise).rejects.toMatchObject({ code: 'orders-file-refused' });

  it('ends in one sentence: missing, a folder, empty, cut off, without a needed column', async () => {
    await refusal(readOrders(join(dir, 'none.csv'), {}, () => {}));
    await refusal(readOrders(dir, {}, () => {}));
    await refusal(read(''));
    await refusal(read(gzipSync('customer_id,date\n'.repeat(9)).subarray(0, 25)));
    const missing = read('who,when\n1,2026-01-01\n', { needs: ['item'] });
    await expect(missing).rejects.toThrow(
      /no column customer_id, date, item; wanted .* got "who", "when"$/,
    );
  });

  it('is no file with a header and nothing below it: that has no rows', async () => {
    expect((await read('customer_id,date\n')).report).toMatchObject({ rows: 0, used: 0, bad: 0 });
  });

  it('refuses a day that is none', () => {
    expect(() => dayArgument('until', 'soon')).toThrow(/--until: got "soon", wanted a day/);
    expect(dayArgument('until', undefined)).toBeUndefined();
  });
});

describe('dates and numbers', () => {
  it('reads every day of two centuries in each of its forms', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 84_000 }), (day) => {
        const text = dayText(day);
        for (const form of [text, text.replaceAll('-', ''), text.replaceAll('-', '/')]) {
          expect(instantOf(form)).toBe(day * 86_400_000);
        }
        expect(instantOf(`${text}T24:00:00+24:00`)).toBe(day * 86_400_000);
      }),
    );
  });

  it('refuses what could be another day', () => {
    for (const text of ['01/02/2026', '2026-1-2', '2026-13-01', '2026-0131', '2026-01-31T25:00']) {
      expect(instantOf(text)).toBeUndefined();
    }
  });

  it('reads numbers with either decimal sign, with thousands, and no others', () => {
    const cases: [string, string, number | undefined][] = [
      ['12.5', ',', 12.5],
      ['-3', ',', -3],
      ['1e3', ',', 1000],
      ['12,5', ';', 12.5],
      ['1,234', ',', 1234],
      ['1,234', ';', 1.234],
      ['1,234.50', ';', 1234.5],
      ['1.234,50', ';', 1234.5],
      ['$ 9', ',', 9],
      ['0x10', ',', undefined],
      ['Infinity', ',', undefined],
      ['NaN', ',', undefined],
      ['1e99', ',', undefined],
      ['1 2', ',', undefined],
      ['-', ',', undefined],
    ];
    for (const [text, separator, value] of cases) expect(numberOf(text, separator)).toBe(value);
  });

  it('reads back every number that it is given', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e11, max: 1e11, noNaN: true }), (value) => {
        const fixed = value.toFixed(2);
        expect(numberOf(fixed, ',')).toBe(Number(fixed));
        expect(numberOf(fixed.replace('.', ','), ';')).toBe(Number(fixed));
      }),
    );
  });
});
