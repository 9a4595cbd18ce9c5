import { createReadStream, existsSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countryCode } from '../../../infra/local/demo/countries.ts';
import { cellsOf } from '../../../infra/local/demo/csv.ts';
import { type OrdersOptions, ordersFromCsv } from '../../../infra/local/demo/orders-csv.ts';

async function* chunks(bytes: Uint8Array, size = 7): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const read = async (text: string | Uint8Array, options?: OrdersOptions) => {
  const orders = await ordersFromCsv(chunks(Buffer.from(text as string)), options);
  return { ...orders, events: [...orders.batches()].flatMap(({ events }) => events) };
};

const INVOICES = `order_id,datetime,customer_id,item,description,quantity,unit_price,country
1,2026-01-05T08:26,77,A,"LANTERN, WHITE",6,2.55,United Kingdom
1,2026-01-05T08:26,77,B,HANGER,2,1.00,United Kingdom
2,2026-02-01T10:00,78,A,LANTERN,1,2.55,EIRE
C3,2026-02-03T10:00,77,A,LANTERN,-4,2.55,United Kingdom
C4,2026-02-04T10:00,78,Z,OTHER,-1,9.99,EIRE
5,yesterday,78,Z,OTHER,1,9.99,EIRE
6,2026-02-05,,Z,OTHER,1,9.99,EIRE
`;

describe('an order log as CSV', () => {
  it('turns lines of an invoice into one order, with country and an invented address', async () => {
    const { events, report } = await read(INVOICES);
    const order = events.find(({ properties }) => properties?.['order_id'] === '1');
    expect(order).toMatchObject({
      event: 'Order Completed',
      userId: '77',
      timestamp: '2026-01-05T08:26:00.000Z',
      properties: { total: 17.3, currency: 'EUR', products: [{ name: 'LANTERN, WHITE' }, {}] },
    });
    const people = events.filter(({ type }) => type === 'identify').map(({ traits }) => traits);
    expect(people).toEqual([
      { email: 'customer-77@example.com', address: { country: 'GB' } },
      { email: 'customer-78@example.com', address: { country: 'IE' } },
    ]);
    expect(report).toMatchObject({ lines: 7, customers: 2, orders: 2 });
  });

  it('matches a cancellation with the order that held the items, and counts what it cannot match', async () => {
    const { events, report } = await read(INVOICES);
    const refund = events.find(({ event }) => event === 'Order Refunded');
    expect(refund?.properties).toEqual({ order_id: '1', currency: 'EUR', total: 10.2 });
    expect(report).toMatchObject({ refunds: 1, unmatched: 1 });
  });

  it('never gives back more pieces than were bought', async () => {
    const twice = `${INVOICES}C7,2026-02-06T10:00,77,A,LANTERN,-4,2.55,United Kingdom\n`;
    expect((await read(twice)).report).toMatchObject({ refunds: 1, unmatched: 2 });
  });

  it('counts bad lines, lists them with their numbers, and goes on', async () => {
    const { report } = await read(INVOICES);
    expect(report.bad).toBe(2);
    expect(report.badLines.map(({ line }) => line)).toEqual([7, 8]);
  });

  it('reads the same from gzip, with a BOM, with semicolons and Windows line ends', async () => {
    const { events } = await read(INVOICES);
    const windows = `\ufeff${INVOICES.replaceAll('"LANTERN, WHITE"', 'LANTERN| WHITE')
      .replaceAll(',', ';')
      .replaceAll('LANTERN| WHITE', 'LANTERN, WHITE')
      .replaceAll('\n', '\r\n')}`;
    expect((await read(windows)).events).toEqual(events);
    expect((await read(gzipSync(windows))).events).toEqual(events);
  });

  it('takes customer, date and amount too: rows of one day are one order', async () => {
    const { events, report } = await read(
      'customer_id,date,amount\n1,2026-01-01,29.33\n1,2026-01-01,10\n1,2026-01-18,\n',
    );
    expect(report).toMatchObject({ orders: 2, bad: 0 });
    expect(events.flatMap((e) => (e.properties ? [e.properties['total']] : []))).toEqual([
      39.33, 0,
    ]);
  });

  it('takes the same slice of customers each time', async () => {
    const rows = Array.from({ length: 100 }, (_, n) => `${n},2026-01-01,5`);
    const file = `customer_id,date,amount\n${rows.join('\n')}\n`;
    const reverse = `customer_id,date,amount\n${rows.toReversed().join('\n')}\n`;
    const slice = await read(file, { customers: 10 });
    expect(slice.report.customers).toBe(10);
    expect((await read(reverse, { customers: 10 })).events).toEqual(slice.events);
  });

  it('says which columns it wants when it finds no order', async () => {
    await expect(read('a,b\n1,2\n')).rejects.toThrow('customer_id, date, amount');
    await expect(read('')).rejects.toThrow('customer_id, date, amount');
  });

  it('reads back whatever cells are written with quotes', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (cells) => {
        const line = cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(';');
        expect(cellsOf(line, ';')).toEqual(cells);
      }),
    );
  });

  it('knows countries by name, by code and as order logs call them', () => {
    expect(
      ['France', 'lithuania', 'EIRE', 'USA', 'RSA', 'UK', 'DE', 'Czech Republic'].map(countryCode),
    ).toEqual(['FR', 'LT', 'IE', 'US', 'ZA', 'GB', 'DE', 'CZ']);
    expect(['Unspecified', 'European Community', '', 'EU'].map(countryCode)).toEqual(
      Array.from({ length: 4 }),
    );
  });

  const real = new URL('../../../../shared/data/online_retail.csv.gz', import.meta.url);
  it.skipIf(!existsSync(real))('reads every invoice of a real wholesaler', async () => {
    const orders = await ordersFromCsv(createReadStream(real), { customers: 200 });
    expect(orders.report).toMatchObject({ lines: 406_829, customers: 200, bad: 0 });
    expect(orders.report.refunds).toBeGreaterThan(orders.report.unmatched);
  });
});

it('says so when a packed file ends in the middle', async () => {
  const whole = gzipSync(Buffer.from(INVOICES.repeat(50)));
  await expect(ordersFromCsv(chunks(whole.subarray(0, whole.length / 2)))).rejects.toThrow(
    'unexpected end of file',
  );
});
