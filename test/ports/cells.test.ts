import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { dynamoCells } from '../../functions/adapters/dynamodb/cells.ts';
import type { DocumentClient } from '../../functions/adapters/dynamodb/client.ts';
import { CELL_UPDATES_MAX } from '../../functions/adapters/dynamodb/customer-commit.ts';
import { dynamoCustomers } from '../../functions/adapters/dynamodb/customers.ts';
import { memoryCells } from '../../functions/adapters/memory/cells.ts';
import { memoryCustomers } from '../../functions/adapters/memory/customers.ts';
import { type CellPage, type Cells, tidyCells } from '../../functions/app/cells.ts';
import type { Customers } from '../../functions/app/react.ts';
import { hashId } from '../../functions/contract/ids.ts';
import { CELLS, OWED_CELLS } from '../../functions/contract/keys.ts';
import { DAY_MS } from '../../functions/contract/time.ts';
import { type Decision, emptyCustomer } from '../../functions/domain/customer.ts';
import {
  BASE,
  baseOf,
  type CellChange,
  cellsOf,
  flowOf,
  KEPT_PERIODS,
  sumOfRows,
} from '../../functions/domain/prediction/cells.ts';
import { periodOf } from '../../functions/domain/prediction/cells/grid.ts';
import { bookOf, orderOf } from '../../functions/domain/facts/orders.ts';
import { anyOrders, eventsOfOrders, type RawOrder } from '../builders/any-orders.ts';
import { createTables, startDynoxide } from '../builders/dynoxide.ts';
import { CUSTOMER, T0 } from '../builders/events.ts';
import { TinyDynamo } from '../builders/tiny-dynamo.ts';

type World = { customers: Customers; cells: Cells };

const TABLES = { log: 'l', state: 's' };
const onDynamo = (client: DocumentClient, tables: { log: string; state: string }): World => ({
  customers: dynamoCustomers({ client, stateTable: tables.state, logTable: tables.log }),
  cells: dynamoCells(client, tables.state),
});

function onMemory(): World {
  const cells = memoryCells();
  return { customers: memoryCustomers({ counted: cells.counted }), cells };
}

const server = await startDynoxide();
const document = DynamoDBDocumentClient.from(server.client, {
  marshallOptions: { removeUndefinedValues: true },
});
afterAll(() => server.stop());

const WORLDS: [string, () => Promise<World> | World][] = [
  ['in memory', onMemory],
  ['on the small DynamoDB of the tests', () => onDynamo(new TinyDynamo().client, TABLES)],
  ['on a real DynamoDB API', async () => onDynamo(document, await createTables(server.client))],
];

const changesOf = (orders: readonly RawOrder[]): CellChange[] =>
  cellsOf(bookOf(eventsOfOrders(orders).flatMap((event) => orderOf(CUSTOMER, event) ?? [])), 'EUR');

/** One customer of a shop: orders so many days after the start. */
const orderDays = (days: readonly number[]): CellChange[] =>
  changesOf(
    days.map((day, n) => ({
      id: `A-${n}`,
      hour: day * 24,
      total: 1000,
      currency: 'EUR',
      cancelled: false,
      refunds: [],
    })),
  );

const decision = (id: string, cells: CellChange[]): Decision => ({
  customer: emptyCustomer(id),
  messages: [],
  emits: [],
  reasons: [],
  changed: true,
  cells,
});

const customerId = (n: number) => hashId('customer', String(n));

/** A customer each, in one commit. */
async function commitAll({ customers }: World, all: readonly CellChange[][]): Promise<void> {
  for (const [n, cells] of all.entries()) {
    const id = customerId(n);
    expect(await customers.commit(decision(id, cells), emptyCustomer(id), 'e')).toBe('stored');
  }
}

async function stored({ cells }: World): Promise<CellPage> {
  const rows: CellChange[] = [];
  const flows: CellPage['flows'] = [];
  for await (const page of cells.pages()) {
    rows.push(...page.rows);
    flows.push(...page.flows);
  }
  return { rows: sumOfRows(rows), flows };
}

/** So late that all orders of two years are in the base. */
const LATE = Math.floor(T0 / DAY_MS) + 365 * 2 + 28 * (KEPT_PERIODS + 1);

describe.each(WORLDS)('counted cells %s', (_name, build) => {
  it('are none before anything is stored', async () => {
    expect(await stored(await build())).toEqual({ rows: [], flows: [] });
  });

  it('add up over customers, be it three rows or more than fit a transaction', async () => {
    const world = await build();
    const all = [orderDays([0]), orderDays([0]), orderDays([0, 9, 40])];
    const many = orderDays(Array.from({ length: 60 }, (_, n) => n * 31));
    expect(many.length).toBeGreaterThan(100);
    await commitAll(world, [...all, many]);
    expect((await stored(world)).rows).toEqual(sumOfRows([...all, many].flat()));
  });

  it('are not counted when the customer is stale', async () => {
    const world = await build();
    const id = customerId(1);
    const once = decision(id, orderDays([0]));
    await world.customers.commit(once, emptyCustomer(id), 'e1');
    expect(await world.customers.commit(once, emptyCustomer(id), 'e2')).toBe('stale');
    expect((await stored(world)).rows).toEqual(sumOfRows(orderDays([0])));
  });

  it('keep who stands where when old periods go into the base, and how many ordered then', async () => {
    const world = await build();
    const all = [orderDays([0]), orderDays([0, 30, 31, 500]), orderDays([200, 300])];
    await commitAll(world, all);
    const rows = sumOfRows(all.flat());
    const before = periodOf(T0 / DAY_MS + 250);
    const old = rows.filter(({ period }) => period < before);
    expect((await world.cells.tidy(before)).rolled).toBeGreaterThanOrEqual(old.length);
    const after = await stored(world);
    expect(after.rows).toEqual(
      sumOfRows([...baseOf(old), ...rows.filter(({ period }) => period >= before)]),
    );
    const flows = [...Map.groupBy(old, ({ period }) => period)].map(([period, some]) =>
      flowOf(period, some),
    );
    expect(after.flows.toSorted((a, b) => a.period - b.period)).toEqual(flows);
    expect((await world.cells.tidy(before)).rolled).toBe(0);
    expect(await stored(world)).toEqual(after);
  });

  it('take late orders of a period that is in the base already', async () => {
    const world = await build();
    await commitAll(world, [orderDays([0])]);
    await tidyCells(world.cells, LATE);
    const id = customerId(0);
    const next = sumOfRows([
      ...orderDays([0, 3]),
      ...orderDays([0]).map((row) => ({ ...row, n: -row.n, p: -row.p, v: -row.v, v2: -row.v2 })),
    ]);
    const previous = await world.customers.load(id);
    await world.customers.commit(decision(id, next), previous, 'late');
    await tidyCells(world.cells, LATE);
    const { rows, flows } = await stored(world);
    expect(rows).toEqual(baseOf(orderDays([0, 3])));
    expect(flows).toEqual([{ period: periodOf(T0 / DAY_MS), firsts: 1, repeats: 1 }]);
  });

  it('leave no rows of zeros in the base', async () => {
    const world = await build();
    const gone = orderDays([0]).map((row) => ({
      ...row,
      n: -row.n,
      p: -1,
      v: -row.v,
      v2: -row.v2,
    }));
    await commitAll(world, [orderDays([0]), gone]);
    await tidyCells(world.cells, LATE);
    for await (const { rows } of world.cells.pages()) expect(rows).toEqual([]);
  });
});

describe('counted cells on DynamoDB', () => {
  /** The table, and a client on which another customer changes a cell at the same moment, `times` times. */
  function busy(times: number) {
    const tiny = new TinyDynamo();
    let left = times;
    const send = async (command: { input: { TransactItems?: object[] } }) => {
      const parts = command.input.TransactItems ?? [];
      if (left > 0 && parts.some((part) => 'Update' in part)) {
        left -= 1;
        throw Object.assign(new Error('busy'), {
          name: 'TransactionCanceledException',
          CancellationReasons: parts.map((part) => ({
            Code: 'Update' in part ? 'TransactionConflict' : 'None',
          })),
        });
      }
      return tiny.send(command);
    };
    return { tiny, world: onDynamo({ send } as unknown as DocumentClient, TABLES) };
  }
  const owed = (tiny: TinyDynamo) =>
    tiny
      .items(TABLES.state)
      .filter(({ pk, sk }) => pk === CELLS && String(sk).startsWith(OWED_CELLS));

  it('are owed where another customer is at their rows, and hold up nobody', async () => {
    const { tiny, world } = busy(1);
    await commitAll(world, [orderDays([0])]);
    expect(owed(tiny)).toHaveLength(1);
    expect(tiny.calls.get('TransactWriteCommand')).toBe(1);
    expect((await stored(world)).rows).toEqual(orderDays([0]));
    expect(await world.cells.tidy(0)).toMatchObject({ settled: 1, busy: 0 });
    expect(owed(tiny)).toEqual([]);
    expect((await stored(world)).rows).toEqual(orderDays([0]));
  });

  it('wait for a pause where the partition takes no more, what is owed included', async () => {
    let calls = 0;
    const send = async ({ input }: { input: { TransactItems?: object[] } }) => {
      calls += 1;
      const parts = input.TransactItems ?? [];
      throw Object.assign(new Error('throttled'), {
        name: 'TransactionCanceledException',
        CancellationReasons: parts.map((_, n) => ({ Code: n === 0 ? 'None' : 'ThrottlingError' })),
      });
    };
    const { customers } = onDynamo({ send } as unknown as DocumentClient, TABLES);
    const id = customerId(0);
    const one = decision(id, orderDays([0]));
    expect(await customers.commit(one, emptyCustomer(id), 'e')).toBe('stale');
    expect(calls).toBe(2);
  });

  it('are settled in part where others write, and the sum stays', async () => {
    const many = orderDays(Array.from({ length: 60 }, (_, n) => n * 31));
    const { tiny, world } = busy(0);
    await commitAll(world, [many]);
    expect(owed(tiny)).toHaveLength(1);
    expect(many.length).toBeGreaterThan(CELL_UPDATES_MAX);
    const slow = busy(0);
    for (const item of tiny.items(TABLES.state)) {
      await slow.tiny.send({
        constructor: { name: 'PutCommand' },
        input: { TableName: TABLES.state, Item: item },
      });
    }
    // The second transaction of the settling is refused.
    let count = 0;
    const send = async (command: { constructor: { name: string } }) => {
      if (command.constructor.name === 'TransactWriteCommand') count += 1;
      if (count === 2 && command.constructor.name === 'TransactWriteCommand') {
        throw Object.assign(new Error('busy'), { name: 'TransactionInProgressException' });
      }
      return slow.tiny.send(command);
    };
    const halting = onDynamo({ send } as unknown as DocumentClient, TABLES);
    expect(await halting.cells.tidy(0)).toMatchObject({ settled: 45, busy: 1 });
    expect((await stored(halting)).rows).toEqual(many);
    await halting.cells.tidy(0);
    expect(owed(slow.tiny)).toEqual([]);
    expect((await stored(halting)).rows).toEqual(many);
  });

  it('keep their sum whatever is tidied, in any month', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyOrders(6), { maxLength: 6 }),
        fc.array(fc.nat({ max: 45 }), { maxLength: 4 }),
        async (shop, months) => {
          const world = onDynamo(new TinyDynamo().client, TABLES);
          const all = shop.map(changesOf);
          await commitAll(world, all);
          for (const month of months) await world.cells.tidy(periodOf(T0 / DAY_MS) + month);
          const { rows, flows } = await stored(world);
          expect(baseOf(rows)).toEqual(baseOf(all.flat()));
          const inBase = new Set(flows.map(({ period }) => period));
          const kept = rows.filter(({ period }) => period !== BASE);
          expect(kept).toEqual(sumOfRows(all.flat()).filter(({ period }) => !inBase.has(period)));
        },
      ),
      { numRuns: 40 },
    );
  });
});
