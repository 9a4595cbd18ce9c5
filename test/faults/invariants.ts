/** What must hold at the end of every run, whatever went wrong on the way. */
import { dynamoCells } from '../../functions/adapters/dynamodb/cells.ts';
import { dynamoCustomers } from '../../functions/adapters/dynamodb/customers.ts';
import { loggedOf } from '../../functions/adapters/dynamodb/log-rows.ts';
import type { CustomerEvent } from '../../functions/contract/events.ts';
import { iso } from '../../functions/contract/time.ts';
import { type Customer, emptyCustomer } from '../../functions/domain/customer.ts';
import { decide } from '../../functions/domain/decide.ts';
import { closes, closure } from '../../functions/domain/ledger.ts';
import { type CellRow, cellsOf, sumOfRows } from '../../functions/domain/prediction/cells.ts';
import { OVERDUE_MS } from '../../functions/app/sweep.ts';
import { TABLES } from './parts.ts';
import { POLICY } from './policy.ts';
import { ANN, type Witness } from './scenario.ts';
import type { World } from './world.ts';

export const INVARIANTS = [
  'one mail an id',
  'no row without an owner',
  'every event folded',
  'no mail after leaving',
  'answered means stored',
  'no mail denied',
  'evidence counts',
  'a lost answer costs nothing',
  'order changes nothing',
  'closure',
  'cells add up',
] as const;
export type Invariant = (typeof INVARIANTS)[number];
export type Violation = { invariant: Invariant; what: string };

export async function violations(world: World, witness: Witness): Promise<Violation[]> {
  return [
    ...oneMailAnId(world),
    ...noRowWithoutOwner(world),
    ...(await everyEventFolded(world)),
    ...noMailAfterLeaving(world, witness),
    ...answeredMeansStored(world, witness),
    ...noMailDenied(world),
    ...evidenceCounts(world),
    ...closureAddsUp(world),
    ...(await cellsAddUp(world)),
  ];
}

/** Never two accepted mails for one ledger id. */
function oneMailAnId({ accepted }: World): Violation[] {
  const times = Map.groupBy(accepted, ({ messageId }) => messageId);
  return [...times].flatMap(([id, mails]) =>
    mails.length > 1 ? [{ invariant: 'one mail an id', what: `${id} ${mails.length} times` }] : [],
  );
}

/** Never a row open two hours past its due time: nobody would ever look at it again. */
function noRowWithoutOwner(world: World): Violation[] {
  return world.rows().flatMap((row) => {
    const { openAt } = row as unknown as { openAt?: string };
    const late = openAt !== undefined && Date.parse(openAt) + OVERDUE_MS < world.now;
    // An open row that the index does not know is lost for good.
    const hidden = ['PLANNED', 'SENDING', 'UNKNOWN'].includes(row.state) && openAt === undefined;
    return late || hidden
      ? [{ invariant: 'no row without an owner', what: `${row.id} ${row.state} since ${openAt}` }]
      : [];
  });
}

/** Never a logged event that is not folded in the end: facts are what the log says, all of it. */
async function everyEventFolded(world: World): Promise<Violation[]> {
  const customers = dynamoCustomers({ client: world.dynamo.client, ...TABLES });
  const found: Violation[] = [];
  const people = new Map<string, { stored: Customer; events: CustomerEvent[] }>();
  for (const [aliasId, events] of Map.groupBy(loggedEvents(world), (event) => event.aliasId)) {
    const stored = await customers.load(aliasId);
    const known = people.get(stored.id)?.events ?? [];
    people.set(stored.id, { stored, events: [...known, ...events] });
  }
  for (const [id, { stored, events }] of people) {
    const wanted = foldAll(id, events);
    if (JSON.stringify(sorted(stored.facts)) !== JSON.stringify(sorted(wanted.facts))) {
      found.push({ invariant: 'every event folded', what: `customer ${id}` });
    }
  }
  return found;
}

export const loggedEvents = (world: World): CustomerEvent[] =>
  world.dynamo.items(TABLES.logTable).flatMap((row) => loggedOf(row)?.event ?? []);

const foldAll = (id: string, events: readonly CustomerEvent[]): Customer =>
  events.reduce(
    (customer, event) => decide(customer, { kind: 'event', event }, POLICY).customer,
    emptyCustomer(id),
  );

/** The same facts written in another order are the same facts. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, part]) => [name, sorted(part)]),
  );
}

/** Never a mail accepted after an unsubscribe was answered. */
function noMailAfterLeaving({ accepted }: World, { leftAt }: Witness): Violation[] {
  return accepted.flatMap(({ customerId, order, at, messageId }) =>
    leftAt !== undefined && customerId === ANN && order > leftAt
      ? [{ invariant: 'no mail after leaving', what: `${messageId} at ${iso(at)}` }]
      : [],
  );
}

/** What was answered with 200 is in the log. */
function answeredMeansStored(world: World, { answered }: Witness): Violation[] {
  const stored = new Set(loggedEvents(world).map(({ id }) => id));
  return answered.flatMap((id) =>
    stored.has(id) ? [] : [{ invariant: 'answered means stored', what: id }],
  );
}

/** A mail that SES took is never called failed, suppressed or planned: at worst, nobody knows. */
function noMailDenied(world: World): Violation[] {
  const taken = new Set(world.accepted.map(({ messageId }) => messageId));
  return world
    .rows()
    .flatMap(({ id, state }) =>
      taken.has(id) && ['FAILED', 'SUPPRESSED', 'PLANNED'].includes(state)
        ? [{ invariant: 'no mail denied', what: `${id} ${state}` }]
        : [],
    );
}

/** SES told what became of the mail: the row says SENT. */
function evidenceCounts(world: World): Violation[] {
  if (world.options.silentSes) return [];
  const taken = new Set(world.accepted.map(({ messageId }) => messageId));
  return world
    .rows()
    .flatMap(({ id, state }) =>
      taken.has(id) && state !== 'SENT'
        ? [{ invariant: 'evidence counts', what: `${id} ${state}` }]
        : [],
    );
}

/** planned = sent + failed + suppressed + unresolved + open, and nothing went out without a row. */
function closureAddsUp(world: World): Violation[] {
  const rows = world.rows();
  const known = new Set(rows.map(({ id }) => id));
  const strays = world.accepted.filter(({ messageId }) => !known.has(messageId));
  const sums = closure(rows);
  return [
    ...(closes(sums) ? [] : [{ invariant: 'closure' as const, what: JSON.stringify(sums) }]),
    ...strays.map(({ messageId }) => ({ invariant: 'closure' as const, what: messageId })),
  ];
}

/** The counted cells are those of all customers' facts, each order in them once. */
async function cellsAddUp(world: World): Promise<Violation[]> {
  const { client } = world.dynamo;
  const stored: CellRow[] = [];
  for await (const { rows } of dynamoCells(client, TABLES.stateTable).pages()) stored.push(...rows);
  const customers = dynamoCustomers({ client, ...TABLES });
  const people = new Map<string, Customer>();
  for (const aliasId of new Set(loggedEvents(world).map((event) => event.aliasId))) {
    const customer = await customers.load(aliasId);
    people.set(customer.id, customer);
  }
  const { currency } = POLICY.settings.shop;
  const wanted = [...people.values()].flatMap(({ facts }): CellRow[] => cellsOf(facts, currency));
  const [got, right] = [stored, wanted].map((rows) => JSON.stringify(sumOfRows(rows)));
  return got === right ? [] : [{ invariant: 'cells add up', what: `${got}, wanted ${right}` }];
}

/** Where every mail stands in the end: equal to the faultless run when a fault cost nothing. */
export const standing = (world: World): string =>
  world
    .rows()
    .map(({ id, state }) => `${id} ${state}`)
    .sort()
    .join('\n');
