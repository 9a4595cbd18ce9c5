import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { CustomerEvent } from '../../functions/contract/events.ts';
import { ALIASES_MAX, aliasLink, aliasOfLink } from '../../functions/contract/ids.ts';
import type { Message } from '../../functions/contract/messages.ts';
import type { LoggedEvent } from '../../functions/contract/own-events.ts';
import { HOUR_MS, MINUTE_MS } from '../../functions/contract/time.ts';
import { emptyCustomer, type Facts } from '../../functions/domain/customer.ts';
import { decide } from '../../functions/domain/decide.ts';
import { cellsOf, type CellRow, sumOfRows } from '../../functions/domain/prediction/cells.ts';
import { createTables, startDynoxide } from '../builders/dynoxide.ts';
import { T0 } from '../builders/events.ts';
import {
  called,
  inMemory,
  onTables,
  peopleWorld,
  type PeopleWorld,
} from '../builders/people-world.ts';
import { TinyDynamo } from '../builders/tiny-dynamo.ts';
import { POLICY } from '../faults/policy.ts';

const server = await startDynoxide();
const document = DynamoDBDocumentClient.from(server.client, {
  marshallOptions: { removeUndefinedValues: true },
});
afterAll(() => server.stop());

const WORLDS: [string, () => Promise<PeopleWorld> | PeopleWorld, number][] = [
  ['in memory', () => peopleWorld(inMemory()), 150],
  [
    'on the small DynamoDB of the tests',
    () => peopleWorld(onTables(new TinyDynamo().client, { log: 'l', state: 's' })),
    100,
  ],
  [
    'on a real DynamoDB API',
    async () => peopleWorld(onTables(document, await createTables(server.client))),
    8,
  ],
];

/** What a shop tells of a person: any of three kinds of ids, and perhaps an order. */
type Said = { user?: number; mail?: number; browser?: number; order?: number };
const some = (max: number) => fc.option(fc.integer({ min: 0, max }), { nil: undefined });
const anySaid: fc.Arbitrary<Said> = fc
  .record({ user: some(4), mail: some(4), browser: some(3), order: some(5) })
  .filter(({ user, mail, browser, order }) =>
    order === undefined
      ? user !== undefined || mail !== undefined || browser !== undefined
      : user !== undefined || mail !== undefined,
  )
  .map((said) => said as Said);

/** Two people at most, who tell the same orders under both of their ids. */
const anyTwo: fc.Arbitrary<Said> = fc
  .record({
    user: fc.option(fc.nat({ max: 1 }), { nil: undefined, freq: 3 }),
    mail: fc.option(fc.nat({ max: 1 }), { nil: undefined, freq: 3 }),
    order: fc.option(fc.nat({ max: 1 }), { nil: undefined, freq: 2 }),
  })
  .filter(({ user, mail }) => user !== undefined || mail !== undefined)
  .map((said) => said as Said);

function saidEvent({ user, mail, browser, order }: Said, n: number): LoggedEvent {
  const who = {
    ...(user !== undefined && { userId: `user-${user}` }),
    ...(browser !== undefined && { anonymousId: `browser-${browser}` }),
  };
  const email = mail === undefined ? {} : { email: `mail-${mail}@example.com` };
  const at = T0 + n * MINUTE_MS;
  if (order === undefined) {
    const traits = { ...email, marketing_consent: true };
    return called({ type: 'identify', messageId: `m${n}`, ...who, traits }, at);
  }
  const properties = {
    ...email,
    order_id: `O${order}`,
    total: 10 + order,
    products: [{ product_id: 'RING', quantity: 1, price: 10 }],
  };
  return called(
    { type: 'track', event: 'Order Completed', messageId: `m${n}`, ...who, properties },
    at,
  );
}

const LINKS = [
  ...[0, 1, 2, 3, 4].map((n) => aliasLink('user', `user-${n}`)),
  ...[0, 1, 2, 3, 4].map((n) => aliasLink('email', `mail-${n}@example.com`)),
  ...[0, 1, 2, 3].map((n) => aliasLink('anonymous', `browser-${n}`)),
];
const isKnown = (link: string) => !link.startsWith('a');

/** Who is who, worked out in the plainest way. */
class Sets {
  private readonly sets = new Map<string, Set<string>>();
  of(link: string): Set<string> {
    const set = this.sets.get(link) ?? new Set([link]);
    this.sets.set(link, set);
    return set;
  }
  join(a: string, b: string, isRefused = (_one: Set<string>, _other: Set<string>) => false): void {
    const [one, other] = [this.of(a), this.of(b)];
    if (one === other || isRefused(one, other)) return;
    for (const link of other) {
      one.add(link);
      this.sets.set(link, one);
    }
  }
}

function partitionOf(links: readonly string[], groupOf: (link: string) => unknown): string[] {
  const groups = Map.groupBy(links, groupOf);
  return [...groups.values()].map((group) => group.toSorted().join(' ')).toSorted();
}

async function rootsOf(world: PeopleWorld): Promise<Map<string, string>> {
  const roots = new Map<string, string>();
  for (const link of LINKS) roots.set(link, (await world.rootOf(aliasOfLink(link))).id);
  return roots;
}

/** Stricter consent is asked for apart: what a merge closes no single customer would have closed. */
const plainFacts = (facts: Facts): string =>
  JSON.stringify(sorted({ ...facts, consent: undefined }));

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, part]) => [name, sorted(part)]),
  );
}

/** The facts of everybody are those of one customer with all the events; the cells are those of the facts. */
async function expectWhole(world: PeopleWorld, events: readonly CustomerEvent[]): Promise<void> {
  const roots = await rootsOf(world);
  const wanted: CellRow[] = [];
  for (const id of new Set(roots.values())) {
    const { facts, aliases = [] } = await world.rootOf(id);
    const mine = events.filter(({ aliasId }) =>
      LINKS.some((link) => aliasOfLink(link) === aliasId && roots.get(link) === id),
    );
    const one = mine.reduce(
      (customer, event) => decide(customer, { kind: 'event', event }, POLICY).customer,
      emptyCustomer(id),
    );
    expect(plainFacts(facts)).toBe(plainFacts(one.facts));
    wanted.push(...cellsOf(facts, 'EUR'));
    expect(aliases.length).toBeLessThanOrEqual(ALIASES_MAX);
  }
  const counted: CellRow[] = [];
  for await (const { rows } of world.cells.pages()) counted.push(...rows);
  expect(sumOfRows(counted)).toEqual(sumOfRows(wanted));
}

const edges = (events: readonly CustomerEvent[]): [string, string][] =>
  events.flatMap(({ links = [] }) =>
    links.slice(1).map((link): [string, string] => [links[0] ?? link, link]),
  );

describe.each(WORLDS)('aliases %s', (_name, build, numRuns) => {
  it('become the customers that the links say, one after the other', async () => {
    let merges = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(anySaid, { minLength: 1, maxLength: 14 }), async (all) => {
        const world = await build();
        const logged = all.map(saidEvent);
        const sets = new Sets();
        for (const one of logged) {
          await world.keep(one);
          await world.fold([one.event]);
          for (const [a, b] of edges([one.event])) {
            const byBrowser = !isKnown(a) || !isKnown(b);
            sets.join(
              a,
              b,
              (mine, theirs) => byBrowser && [...mine].some(isKnown) && [...theirs].some(isKnown),
            );
          }
        }
        const roots = await rootsOf(world);
        expect(partitionOf(LINKS, (link) => roots.get(link))).toEqual(
          partitionOf(LINKS, (link) => sets.of(link)),
        );
        await expectWhole(
          world,
          logged.map(({ event }) => event),
        );
        merges += world.counts.get('CustomersMerged') ?? 0;
      }),
      { numRuns, seed: 20261122 },
    );
    expect(merges).toBeGreaterThan(numRuns / 10);
  });

  it('become the same known customers in any order, repeated, and with two reactors at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anySaid, { minLength: 2, maxLength: 14 }),
        fc.infiniteStream(fc.nat({ max: 1_000_000 })),
        async (all, chance) => {
          const world = await build();
          const logged = all.map(saidEvent);
          for (const one of logged) await world.keep(one);
          const events = logged.map(({ event }) => event);
          const shuffled = () =>
            events
              .map((event) => ({ event, at: chance.next().value }))
              .sort((a, b) => a.at - b.at)
              .map(({ event }) => event);
          const [one, other] = [shuffled(), shuffled()];
          await Promise.all(
            [one, other].map(async (lane) => {
              for (let at = 0; at < lane.length; at += 3) await world.fold(lane.slice(at, at + 3));
            }),
          );
          const sets = new Sets();
          for (const [a, b] of edges(events)) if (isKnown(a) && isKnown(b)) sets.join(a, b);
          const known = LINKS.filter(isKnown);
          const roots = await rootsOf(world);
          expect(partitionOf(known, (link) => roots.get(link))).toEqual(
            partitionOf(known, (link) => sets.of(link)),
          );
          // A browser is with one of those who used it, or with nobody.
          const reach = new Sets();
          for (const [a, b] of edges(events)) reach.join(a, b);
          for (const link of LINKS.filter((each) => !isKnown(each))) {
            const company = LINKS.filter((each) => roots.get(each) === roots.get(link));
            for (const each of company) expect(reach.of(link)).toContain(each);
          }
          await expectWhole(world, events);
        },
      ),
      { numRuns, seed: 20261123 },
    );
  });

  it('get no mail of one step about one thing twice once they are one, and none after either left', async () => {
    let mails = 0;
    let moved = 0;
    const anyStep = fc.oneof(
      { weight: 12, arbitrary: anyTwo.map((said) => ({ said })) },
      { weight: 1, arbitrary: fc.constantFrom(0, 1, 5, 6).map((leaves) => ({ leaves })) },
      { weight: 4, arbitrary: fc.constant({ throttled: true as const }) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ step: anyStep, later: fc.nat({ max: 90 }), delivers: fc.boolean() }), {
          minLength: 6,
          maxLength: 20,
        }),
        async (steps) => {
          const world = await build();
          world.clock.at = T0;
          const left: { aliasId: string; at: number }[] = [];
          world.hooks.onMail = async (row) => {
            const mine = (await world.rootOf(row.customerId)).id;
            for (const { row: earlier } of world.sent) {
              if (nameOf(earlier) !== nameOf(row)) continue;
              expect((await world.rootOf(earlier.customerId)).id).not.toBe(mine);
            }
            for (const { aliasId } of left) {
              expect((await world.rootOf(aliasId)).id).not.toBe(mine);
            }
          };
          const rows = new Map<string, { customerId: string; messageId: string }>();
          const commit = world.react.customers.commit;
          world.react.customers = {
            ...world.react.customers,
            commit: async (decision, ...rest) => {
              const outcome = await commit(decision, ...rest);
              for (const { id, customerId } of outcome === 'stored' ? decision.messages : []) {
                rows.set(id, { customerId, messageId: id });
              }
              return outcome;
            },
          };
          const move = world.ledger.move;
          world.ledger.move = async (change) => {
            const outcome = await move(change);
            const { id, customerId } = change.moved;
            if (outcome === 'stored') rows.set(id, { customerId, messageId: id });
            if (outcome === 'stored') moved += 1;
            return outcome;
          };
          const deliverAll = async () => {
            for (const order of rows.values()) await world.deliver(order);
          };
          for (const [n, { step, later, delivers }] of steps.entries()) {
            world.clock.at += later * MINUTE_MS;
            if ('throttled' in step) world.answers.push({ kind: 'throttled', code: 'Slow' });
            else if ('leaves' in step) {
              const logged = leaving(step.leaves, n, world.clock.at);
              await world.keep(logged);
              left.push({ aliasId: logged.event.aliasId, at: world.clock.at });
              await world.fold([logged.event]);
            } else {
              const minutes = (world.clock.at - T0) / MINUTE_MS;
              const logged = saidEvent(step.said, minutes + n / 1000);
              await world.keep(logged);
              await world.fold([logged.event]);
            }
            await world.wakeAll();
            if (delivers) await deliverAll();
          }
          for (let hour = 0; hour < 6; hour += 1) {
            world.clock.at += HOUR_MS;
            await world.wakeAll();
            await deliverAll();
          }
          mails += world.sent.length;
        },
      ),
      { numRuns: Math.ceil(numRuns / 2), seed: 20261124 },
    );
    expect(mails).toBeGreaterThan(numRuns / 5);
    // Few runs on the real server may have none.
    expect(moved).toBeGreaterThanOrEqual(numRuns > 50 ? 1 : 0);
  });
});

const nameOf = ({ journey, step, occasion }: Message) => `${journey} ${step} ${occasion}`;

const leaving = (who: number, n: number, at: number): LoggedEvent => {
  const id =
    who < 5 ? { userId: `user-${who}` } : { traits: { email: `mail-${who - 5}@example.com` } };
  return called(
    {
      type: 'track',
      event: 'Consent Withdrawn',
      messageId: `left${n}`,
      ...idOf(id),
      properties: { source: 'page', ...mailOf(id) },
    },
    at,
  );
};
const idOf = (id: { userId?: string }) => (id.userId ? { userId: id.userId } : {});
const mailOf = (id: { traits?: { email: string } }) => (id.traits ? id.traits : {});

describe('the limits of one customer', () => {
  const identified = (user: string, mail: string, n: number) =>
    called(
      { type: 'identify', messageId: `l${n}`, userId: user, traits: { email: mail } },
      T0 + n * MINUTE_MS,
    ).event;

  it(`are ${ALIASES_MAX} aliases: the next stays somebody else, and it is counted and told`, async () => {
    const world = peopleWorld(inMemory());
    const reasons: string[] = [];
    const commit = world.react.customers.commit;
    world.react.customers = {
      ...world.react.customers,
      commit: (decision, ...rest) => {
        reasons.push(...decision.reasons.map(({ reason }) => reason.code));
        return commit(decision, ...rest);
      },
    };
    for (let n = 0; n < ALIASES_MAX + 3; n += 1) {
      await world.fold([identified('one', `mail-${n}@example.com`, n)]);
    }
    const { aliases } = await world.rootOf(aliasOfLink(aliasLink('user', 'one')));
    expect(aliases).toHaveLength(ALIASES_MAX);
    expect(world.counts.get('KeptApart.aliases-full')).toBe(4);
    expect(reasons).toContain('aliases-full');
  });

  it('never come from a browser key, which is public', async () => {
    const world = peopleWorld(inMemory());
    const { event } = called(
      { type: 'identify', userId: 'one', traits: { email: 'a@example.com' } },
      T0,
      'browser',
    );
    await world.fold([event]);
    expect((await world.rootOf(event.aliasId)).aliases).toBeUndefined();
  });

  it('cost no read and no write where all is known', async () => {
    const world = peopleWorld(inMemory());
    await world.fold([identified('one', 'a@example.com', 0)]);
    let calls = 0;
    const { customers } = world.react;
    world.react.customers = {
      ...customers,
      load: (id) => {
        calls += 1;
        return customers.load(id);
      },
    };
    await world.fold([identified('one', 'a@example.com', 1)]);
    expect(calls).toBe(1);
  });
});
