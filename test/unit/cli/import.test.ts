import { existsSync, rmSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { momentReader } from '../../../cli/import/cells.ts';
import { KINDS } from '../../../cli/import/columns.ts';
import { WHATS } from '../../../cli/import/jobs.ts';
import { iso } from '../../../functions/contract/time.ts';
import { hasShared, sharedPath } from '../../builders/shared-data.ts';
import { Folder, Log } from './import-files.ts';

const folder = new Folder();
afterAll(() => rmSync(folder.path, { recursive: true }));

const ORDERS = `order_id,customer_id,email,date,sku,quantity,price
A1,7,rita@example.com,2026-01-31 12:00,RI-1,1,59.00
A1,7,rita@example.com,2026-01-31 12:00,CA-1,2,14.00
A2,8,,2026-02-01T10:00:00Z,RI-1,1,59.00
`;

async function orders(name: string, content: string | Uint8Array, extra = {}) {
  const log = new Log();
  return { log, ...(await folder.run('orders', folder.write(name, content), log, extra)) };
}

describe('a file of orders', () => {
  it('becomes an order each, with its lines, its total and its customer, as history', async () => {
    const { log, report } = await orders('plain.csv', ORDERS);
    expect(report).toMatchObject({ rows: 3, events: 2, rejected: 0, stored: 2, repeated: 0 });
    expect(log.events[0]).toMatchObject({
      name: 'Order Completed',
      mode: 'history',
      verified: true,
      occurredAt: Date.parse('2026-01-31T10:00:00Z'), // noon in Vilnius
      profile: { email: 'rita@example.com' },
      properties: { orderId: 'A1', total: 8700, currency: 'EUR' },
    });
    expect(log.events[0]?.properties['products']).toHaveLength(2);
  });

  const SAME: [name: string, file: string, content: string | Uint8Array, extra?: object][] = [
    ['packed', 'packed.csv.gz', gzipSync(ORDERS)],
    ['with a byte order mark and CRLF', 'bom.csv', `\u{feff}${ORDERS.replaceAll('\n', '\r\n')}`],
    [
      'with semicolons, decimal commas and days before months',
      'commas.csv',
      `Bestellnr;Kunde;E-Mail;Order date;SKU;Qty;Unit price
A1;7;rita@example.com;31.01.2026 12:00;RI-1;1;59,00
A1;7;rita@example.com;31.01.2026 12:00;CA-1;2;14,00
A2;8;;01.02.2026 12:00;RI-1;1;59,00
`,
      { maps: ['order_id=Bestellnr', 'customer_id=Kunde'] },
    ],
    [
      'as JSON Lines',
      'orders.jsonl',
      `{"order_id":"A1","customer_id":7,"email":"rita@example.com","date":"2026-01-31 12:00","sku":"RI-1","quantity":1,"price":59}
{"order_id":"A1","customer_id":7,"email":"rita@example.com","date":"2026-01-31 12:00","sku":"CA-1","quantity":2,"price":"14.00"}
{"order_id":"A2","customer_id":8,"date":"2026-02-01T10:00:00Z","sku":"RI-1","quantity":1,"price":59}
`,
    ],
    [
      'with the rows of an order apart from each other',
      'apart.csv',
      `order_id,customer_id,email,date,sku,quantity,price
A1,7,rita@example.com,2026-01-31 12:00,RI-1,1,59.00
A2,8,,2026-02-01T10:00:00Z,RI-1,1,59.00
A1,7,rita@example.com,2026-01-31 12:00,CA-1,2,14.00
`,
    ],
  ];
  it.each(SAME)('reads the same %s', async (_, file, content, extra) => {
    const ids = (log: Log) => [...log.rows.keys()].toSorted();
    const { log } = await orders('plain.csv', ORDERS);
    const other = await orders(file, content, extra);
    expect(other.report.rejected).toBe(0);
    expect(ids(other.log)).toEqual(ids(log));
  });

  it('shows how it reads the columns, and takes another reading', async () => {
    const { said } = await orders(
      'names.csv',
      'Invoice,Who,Paid at,Total,Note\nA1,7,2026-01-31,19.90,x\n',
      {
        maps: ['customer_id=Who'],
      },
    );
    expect(said).toContain('customer_id from "Who"');
    expect(said).toContain('order_id from "Invoice"');
    expect(said).toContain('not read: "Note"');
  });

  it('refuses a file without a customer, and a column that is not there', async () => {
    await expect(orders('none.csv', 'a,b\n1,2\n')).rejects.toThrow(
      /no column for customer_id or email/,
    );
    await expect(orders('none.csv', ORDERS, { maps: ['title=Nome'] })).rejects.toThrow(
      /no column "Nome"/,
    );
  });

  it('writes nothing in a look', async () => {
    const file = folder.write('look.csv', ORDERS);
    const { report } = await folder.run('orders', file, undefined);
    expect(report).toMatchObject({ events: 2, stored: 0 });
    expect(existsSync(`${file}.import.json`)).toBe(false);
  });

  it('lists bad rows with number and reason, without a value of theirs', async () => {
    const rows = `A1,7,not-an-address,31/01/2026,RI-1,1,59
A2,,,2026-01-31,RI-1,1,59
A3,7,,2026-01-31,RI-1,one,59
A4,7,,2030-01-31,RI-1,1,59
A5,7,,2026-01-31,"never ends
`;
    const { report } = await orders(
      'bad.csv',
      `order_id,customer_id,email,date,sku,quantity,price\n${rows}`,
    );
    expect(report).toMatchObject({ rows: 5, events: 0, rejected: 5 });
    const told = folder.rejects('bad.csv');
    expect(told).toContain('2,"date: wanted');
    expect(told).toContain('3,customer_id or email: wanted an id or an address');
    expect(told).toContain('4,quantity: wanted a number');
    expect(told).toContain('5,date: wanted a moment that is past');
    expect(told).toContain('6,"a quoted cell never ends');
    expect(told).not.toContain('not-an-address');
  });

  it('gives credit notes to the newest earlier order with that product', async () => {
    const { log, report } = await orders(
      'credits.csv',
      `order_id,customer_id,date,sku,quantity,price
A1,7,2026-01-01,RI-1,1,59
A2,7,2026-01-10,RI-1,1,59
A3,7,2026-01-20,CA-1,1,14
CA2,7,2026-01-25,RI-1,-1,59
C9,8,2026-01-25,RI-1,-1,59
`,
    );
    const refund = log.events.find(({ name }) => name === 'Order Refunded');
    expect(refund?.properties).toMatchObject({ orderId: 'A2', total: 5900 });
    expect(report).toMatchObject({ events: 4, rejected: 1 });
  });

  it('tells what became of an order: shipped, cancelled, paid back', async () => {
    const { log } = await orders(
      'after.csv',
      `Name,Email,Created at,Total,Fulfilled at,Cancelled at,Refunded Amount,Financial Status
#1,rita@example.com,2026-01-01 10:00:00 +0200,59.00,2026-01-02 10:00:00 +0200,,20.00,partially_refunded
#2,rita@example.com,2026-01-03 10:00:00 +0200,10.00,,2026-01-04 10:00:00 +0200,,voided
#3,rita@example.com,2026-01-05 10:00:00 +0200,10.00,,2026-01-06 10:00:00 +0200,0,paid
`,
    );
    expect(log.names).toEqual([
      'Order Completed',
      'Order Shipped',
      'Order Refunded',
      'Order Completed',
      'Order Cancelled',
    ]);
  });
});

describe('an import that is cut off', () => {
  const many = [
    'order_id,customer_id,date,sku,quantity,price',
    ...Array.from(
      { length: 1_500 },
      (_, n) => `A${n},k${n % 90},2026-01-${10 + (n % 20)},P${n % 7},1,5`,
    ),
    ...Array.from({ length: 40 }, (_, n) => `C${n},k${n},2026-02-01,P${n % 7},-1,5`),
    'A9999,,2026-01-01,P1,1,5',
  ].join('\n');

  it('neither loses nor doubles anything, wherever it breaks', async () => {
    const whole = new Log();
    await folder.run('orders', folder.write('whole.csv', many), whole);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 1_600 }), { maxLength: 3 }),
        async (breaks) => {
          const log = new Log();
          const file = folder.write('cut.csv', many);
          for (const after of breaks) {
            log.breaksAfter = log.writes + after;
            await folder.run('orders', file, log).catch(() => undefined);
          }
          log.breaksAfter = Number.POSITIVE_INFINITY;
          const { report } = await folder.run('orders', file, log);
          expect([...log.rows.keys()].toSorted()).toEqual([...whole.rows.keys()].toSorted());
          expect(report.rejected).toBe(1);
          expect(existsSync(`${file}.import.json`)).toBe(false);
        },
      ),
      { numRuns: 12 },
    );
  });

  it('goes on where it stopped', async () => {
    const log = new Log();
    const file = folder.write('goes-on.csv', many);
    log.breaksAfter = 1_100;
    await expect(folder.run('orders', file, log)).rejects.toThrow('the power went');
    log.breaksAfter = Number.POSITIVE_INFINITY;
    const { report } = await folder.run('orders', file, log);
    expect(report.before).toBe(1_024);
    const again = await folder.run('orders', file, log);
    expect(again.report).toMatchObject({ stored: 0, before: 0, repeated: report.events });
  });
});

describe('people', () => {
  it('come with their traits; consent only with its moment', async () => {
    const log = new Log();
    const file = folder.write(
      'people.csv',
      `id,email,first name,country,accepts_marketing,consent_at
7,rita@example.com,Rita,Lithuania,yes,2025-03-01
8,jonas@example.com,Jonas,LT,yes,
9,ona@example.com,Ona,,never_subscribed,
10,eva@example.com,Eva,,no,
`,
    );
    const { report } = await folder.run('customers', file, log);
    expect(log.names).toEqual([
      'identify',
      'Consent Given',
      'identify',
      'identify',
      'identify',
      'Consent Withdrawn',
    ]);
    expect(log.events[0]).toMatchObject({ profile: { firstName: 'Rita', country: 'LT' } });
    expect(report.rejected).toBe(1);
    expect(folder.rejects('people.csv')).toContain('no proof');
    expect(log.gates.size).toBe(1);
  });

  it('come as consents of topics', async () => {
    const log = new Log();
    const file = folder.write(
      'consents.csv',
      `email,status,topic,date,source
a@example.com,subscribed,tips,2025-03-01,checkout
b@example.com,unsubscribed,,2025-04-01,
c@example.com,perhaps,,2025-04-01,
`,
    );
    const { report } = await folder.run('consents', file, log);
    expect(log.names).toEqual(['Consent Given', 'Consent Withdrawn']);
    expect(report.rejected).toBe(1);
  });
});

describe('carts', () => {
  it('come with their lines, unless they became orders', async () => {
    const log = new Log();
    const file = folder.write(
      'carts.csv',
      `cart_id,email,updated_at,sku,quantity,price,completed_at
c1,a@example.com,2026-05-01,RI-1,1,59,
c1,a@example.com,2026-05-01,CA-1,1,14,
c2,b@example.com,2026-05-01,CA-1,1,14,2026-05-02
`,
    );
    await folder.run('carts', file, log);
    expect(log.names).toEqual(['Cart Updated']);
    expect(log.events[0]?.properties['products']).toHaveLength(2);
  });
});

describe('moments', () => {
  it.each([
    ['2026-01-31', '2026-01-30T22:00:00.000Z'],
    ['20260131', '2026-01-30T22:00:00.000Z'],
    ['31.01.2026 12:00', '2026-01-31T10:00:00.000Z'],
    ['2026-07-31 12:00', '2026-07-31T09:00:00.000Z'],
    ['2026-01-31T12:00:00.000+05:30', '2026-01-31T06:30:00.000Z'],
    ['1769860800', '2026-01-31T12:00:00.000Z'],
    ['1769860800000', '2026-01-31T12:00:00.000Z'],
  ])('%s is by the clocks of the shop', (text, wanted) => {
    expect(iso(momentReader('Europe/Vilnius', undefined)(text) ?? 0)).toBe(wanted);
  });

  it('are not guessed where day and month may be meant either way', () => {
    expect(momentReader('UTC', undefined)('01/02/2026')).toBeUndefined();
    expect(iso(momentReader('UTC', 'dmy')('01/02/2026') ?? 0)).toContain('2026-02-01');
    expect(iso(momentReader('UTC', 'mdy')('1/2/2026 4:05 PM') ?? 0)).toContain('2026-01-02T16:05');
    expect(momentReader('UTC', 'mdy')('31/01/2026')).toBeUndefined();
  });
});

describe('any file', () => {
  const HEADERS: { [what: string]: string } = {
    orders: 'order_id,customer_id,date,sku,quantity,price,total',
    carts: 'cart_id,email,date,sku,quantity,price',
    customers: 'id,email,consent,consent_at,date',
    consents: 'email,consent,date,topic',
  };
  const cell = fc.oneof(
    fc.constantFrom('', 'A1', '7', 'a@example.com', '2026-01-01', '-1', '5', 'yes', '"', '1e999'),
    fc.string({ unit: 'binary', maxLength: 12 }),
  );
  const row = fc.array(cell, { maxLength: 8 }).map((cells) => cells.join(','));
  it('is read to its end, whatever its rows hold', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...KINDS),
        fc.array(row, { maxLength: 12 }),
        async (what, rows) => {
          const file = folder.write('any.csv', `${HEADERS[what]}\n${rows.join('\n')}`);
          await folder.run(what, file, new Log());
        },
      ),
      { numRuns: 150 },
    );
  });

  it('is read or refused in one sentence, whatever bytes it is made of', async () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    const names = fc.constantFrom('b.csv', 'b.jsonl', 'b.json', 'b.csv.gz');
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...WHATS), names, bytes, async (what, name, content) => {
        const said = await folder
          .run(what, folder.write(name, content), undefined)
          .catch((error: { code?: string }) => error);
        expect('code' in said ? said.code : 'command-refused').toBe('command-refused');
      }),
      { numRuns: 150 },
    );
  });
});

const RETAIL = 'online_retail.csv.gz';
describe.skipIf(!hasShared(RETAIL))('the whole of Online Retail', () => {
  it('is 18,536 orders, and 8,905 cancelled rows that go back to them', {
    timeout: 120_000,
  }, async () => {
    const log = new Log();
    const file = sharedPath(RETAIL);
    const looks = new Folder();
    const { importJob } = await import('../../../cli/import.ts');
    const io = { out: () => undefined, err: () => undefined };
    const report = await importJob(
      { what: 'orders', file },
      { maps: [], zone: 'Europe/London', now: Date.UTC(2026, 0, 1) },
      { io, currency: 'GBP', target: 'a test', log, work: looks.path },
    );
    rmSync(looks.path, { recursive: true });
    expect(report).toMatchObject({ rows: 406_829, events: 22_725, rejected: 407, repeated: 0 });
    expect(Object.fromEntries(report.byName)).toEqual({
      'Order Completed': 18_536,
      'Order Refunded': 4_189,
    });
    const paid = log.events
      .filter(({ name }) => name === 'Order Completed')
      .reduce((sum, { properties }) => sum + Number(properties['total']), 0);
    expect(Math.abs(paid / 100 - 8_911_407.9)).toBeLessThan(1);
  });
});
