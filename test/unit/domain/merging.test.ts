import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CustomerEvent } from '../../../functions/contract/events.ts';
import { aliasId, messageId } from '../../../functions/contract/ids.ts';
import { logKey } from '../../../functions/contract/keys.ts';
import { DAY_MS, HOUR_MS, iso, MINUTE_MS } from '../../../functions/contract/time.ts';
import { permission } from '../../../functions/domain/consent.ts';
import { type Customer, emptyCustomer } from '../../../functions/domain/customer.ts';
import { claim, openGate, suppress, withdraw } from '../../../functions/domain/gate.ts';
import {
  mergeCustomers,
  mergedGate,
  mergeGates,
  rowsToAsk,
} from '../../../functions/domain/merging.ts';
import { anyHistory } from '../../builders/any-event.ts';
import { Drive } from '../../builders/drive.ts';
import * as build from '../../builders/events.ts';
import { T0 } from '../../builders/events.ts';
import { journey, policy, send, settings, wait } from '../../builders/policy.ts';

const NONE: ReadonlySet<string> = new Set();
const OTHER = aliasId('user', '77');
const under = (alias: string, event: CustomerEvent): CustomerEvent => ({
  ...event,
  aliasId: alias,
  key: logKey(alias, iso(event.occurredAt), event.id),
});
const theirs = (event: CustomerEvent) => under(OTHER, event);

const JOURNEYS = [
  journey(),
  journey({
    id: 'series',
    steps: [send('first'), wait('two-days', 2 * DAY_MS), send('second')],
  }),
  journey({ id: 'cart', trigger: 'Cart Updated', oncePer: 'cart' }),
  journey({ id: 'welcome', trigger: 'identify', oncePer: 'customer' }),
];
const POLICY = policy(JOURNEYS);

/** Both live on their own until `at`, then as one. */
function mergedAt(at: number, mine: readonly CustomerEvent[], others: readonly CustomerEvent[]) {
  const before = (events: readonly CustomerEvent[]) =>
    events.filter(({ receivedAt }) => receivedAt < at);
  const one = new Drive(POLICY).live(before(mine), at);
  const other = new Drive(POLICY);
  other.customer = emptyCustomer(OTHER);
  other.live(before(others), at);
  const asked = new Set(rowsToAsk(one.customer, other.customer).map(({ id }) => id));
  const rows = [...one.messages, ...other.messages].map(({ id }) => id);
  const planned = new Set(rows.filter((id) => asked.has(id)));
  const log = { winner: one.log, loser: other.log };
  const merged = mergeCustomers(one.customer, other.customer, planned, log);
  if (merged === 'rebuild') throw new Error('it had the log');
  const both = new Drive(POLICY);
  both.customer = merged;
  both.log.push(...one.log, ...other.log);
  const after = [...mine, ...others].filter(({ receivedAt }) => receivedAt >= at);
  both.live(after, at + 120 * DAY_MS);
  return { one, other, both };
}

describe('customers who turn out to be one', () => {
  it('never get a mail of one step about one thing that either had got before', () => {
    let mails = 0;
    fc.assert(
      fc.property(
        anyHistory(60).chain((events) =>
          fc.tuple(
            fc.constant(events),
            // Mine, theirs, or told by both: two shops' systems may tell the same order.
            fc.array(fc.integer({ min: 0, max: 2 }), {
              minLength: events.length,
              maxLength: events.length,
            }),
          ),
        ),
        fc.integer({ min: 0, max: 90 * 24 }),
        ([events, whose], hour) => {
          const mine = events.filter((_, n) => whose[n] !== 1);
          const others = events.filter((_, n) => whose[n] !== 0).map(theirs);
          const { one, other, both } = mergedAt(T0 + hour * HOUR_MS, mine, others);
          const name = ({ journey: id, step, occasion }: (typeof both.messages)[number]) =>
            `${id} ${step} ${occasion}`;
          const told = new Set([...one.messages, ...other.messages].map(name));
          mails += both.messages.length;
          for (const message of both.messages) {
            expect(told.has(name(message))).toBe(false);
            expect(message.id).toBe(
              messageId(one.customer.id, message.journey, message.step, message.occasion),
            );
          }
        },
      ),
      { numRuns: 300, seed: 20261122, endOnFailure: true },
    );
    expect(mails).toBeGreaterThan(50);
  });

  it('go on with the series of either, from where it stood', () => {
    const start = [build.identify({ at: T0 - DAY_MS })];
    const order = theirs(build.orderCompleted());
    const { other, both } = mergedAt(T0 + DAY_MS, start, [
      theirs(start[0] as CustomerEvent),
      order,
    ]);
    expect(other.mails.some((mail) => mail.startsWith('first'))).toBe(true);
    expect(both.mails.some((mail) => mail.startsWith('second'))).toBe(true);
    expect(both.mails.some((mail) => mail.startsWith('first'))).toBe(false);
  });

  it('wake when either would have', () => {
    const sleeper = emptyCustomer(build.CUSTOMER);
    const other: Customer = { ...emptyCustomer(OTHER), nextWakeAt: T0 + MINUTE_MS };
    expect(mergeCustomers(sleeper, other, NONE)).toMatchObject({ nextWakeAt: T0 + MINUTE_MS });
    const early: Customer = { ...sleeper, nextWakeAt: T0 };
    expect(mergeCustomers(early, other, NONE)).toMatchObject({ nextWakeAt: T0 });
  });
});

describe('consent of customers who turn out to be one', () => {
  const offers = { purpose: 'marketing', topic: 'offers' } as const;
  const folded = (id: string, ...events: CustomerEvent[]): Customer => {
    const drive = new Drive(POLICY);
    drive.customer = emptyCustomer(id);
    return drive.fold(...events.map((event) => under(id, event))).customer;
  };
  const consented = (at: number) => build.event('Consent Given', { source: 'form' }, { at });
  const left = (at: number) => build.event('Consent Withdrawn', { source: 'page' }, { at });
  const known = build.identify({ at: T0 });
  const may = (customer: Customer | 'rebuild', gate = openGate(build.CUSTOMER)) =>
    customer !== 'rebuild' && permission(customer, gate, offers, settings(), T0 + 3 * DAY_MS).ok;

  it('what either had left stays left, though the other consented later', () => {
    const yes = folded(build.CUSTOMER, known, consented(T0 + DAY_MS));
    const no = folded(OTHER, left(T0));
    expect(may(yes)).toBe(true);
    const merged = mergeCustomers(yes, no, NONE);
    expect(may(merged)).toBe(false);
    expect(may(mergeCustomers(no, yes, NONE))).toBe(false);
  });

  it('opens again with a consent that is given afterwards', () => {
    const merged = mergeCustomers(
      folded(build.CUSTOMER, known, consented(T0 + DAY_MS)),
      folded(OTHER, left(T0)),
      NONE,
    ) as Customer;
    const drive = new Drive(POLICY);
    drive.customer = merged;
    expect(may(drive.fold(consented(T0 + 2 * DAY_MS)).customer)).toBe(true);
  });

  it('who left and came back under one id is not closed by another who never said anything', () => {
    const back = folded(build.CUSTOMER, known, left(T0), consented(T0 + DAY_MS));
    expect(may(mergeCustomers(back, emptyCustomer(OTHER), NONE))).toBe(true);
  });
});

describe('gates of customers who turn out to be one', () => {
  it('keep every withdrawal, suppression and claim of both', () => {
    const mine = claim(
      withdraw(openGate(build.CUSTOMER), 'offers', { at: T0, id: 'a', source: 'page' }),
      'm-1',
      T0,
    );
    const other = suppress(
      claim(openGate(OTHER), 'm-2', T0 + 1) ?? openGate(OTHER),
      'complaint',
      T0,
    );
    if (!mine) throw new Error('the gate has room');
    const gate = mergeGates(mine, other);
    expect(gate).toMatchObject({
      customerId: build.CUSTOMER,
      version: mine.version + 1,
      suppressed: { code: 'complaint' },
      claims: [
        ['m-1', T0],
        ['m-2', T0 + 1],
      ],
    });
    expect(gate.withdrawn['offers']?.at).toBe(T0);
  });

  it('say of the other where to ask', () => {
    const gate = openGate(OTHER);
    expect(mergedGate(gate, build.CUSTOMER)).toEqual({
      ...gate,
      mergedInto: build.CUSTOMER,
      version: 1,
    });
  });
});
