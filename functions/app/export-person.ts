/** Everything held of one person, as data and as a page that the person can read. */
import type { Shop } from '../contract/journeys.ts';
import type { LoggedEvent } from '../contract/own-events.ts';
import { DAY_MS, type Instant, iso } from '../contract/time.ts';
import { type ConsentAct, consentProof } from '../domain/consent-proof.ts';
import type { Customer } from '../domain/customer.ts';
import { nextOrderAt, whoAt } from '../domain/prediction/outlook.ts';
import { findPerson, type PersonalRows, type Row } from './personal.ts';

/** What is predicted, and from what, in words: nobody has to know the models. */
export type PredictionTold = { what: string; value: string; basis: string };

export type PersonExport = {
  exportedAt: string;
  customerId: string;
  aliases: string[];
  /** What the system goes by: profile, orders, carts, views, answers, consent. */
  facts: Customer['facts'];
  runtime: Customer['runtime'];
  predictions: PredictionTold[];
  consent: ConsentAct[];
  /** Rows of the state table as they stand: gate, mails, decisions with reasons. */
  gates: Row[];
  mails: Row[];
  decisions: Row[];
  other: Row[];
  /** Every event, with what its sender told. */
  events: ExportedEvent[];
};

export type ExportedEvent = Pick<LoggedEvent['event'], 'id' | 'name' | 'channel' | 'verified'> & {
  occurredAt: string;
  receivedAt: string;
  body: LoggedEvent['body'];
};

/** `undefined` where nothing is held of whom was asked for. */
export async function exportPerson(
  rows: PersonalRows,
  asked: string,
  shop: Shop,
  now: Instant,
): Promise<PersonExport | undefined> {
  const aliases = await findPerson(rows, asked);
  const customerId = aliases?.[0];
  if (!aliases || customerId === undefined) return undefined;
  const customer = await rows.customer(customerId);
  const state: Row[] = [];
  const logged: LoggedEvent[] = [];
  for (const alias of aliases) {
    state.push(...(await rows.state(alias)));
    for (const row of await rows.log(alias)) if (row.logged) logged.push(row.logged);
  }
  logged.sort(
    (a, b) => a.event.occurredAt - b.event.occurredAt || (a.event.id < b.event.id ? -1 : 1),
  );
  const begins = (prefix: string) => state.filter(({ sk }) => sk.startsWith(prefix));
  const known = ['STATE', 'GATE', 'MESSAGE#', 'DECISION#'];
  return {
    exportedAt: iso(now),
    customerId,
    aliases,
    facts: customer.facts,
    runtime: customer.runtime,
    predictions: predictionsTold(customer, shop, now),
    consent: consentProof(logged.map(({ event }) => event)),
    gates: begins('GATE'),
    mails: begins('MESSAGE#'),
    decisions: begins('DECISION#'),
    other: state.filter(({ sk }) => !known.some((prefix) => sk.startsWith(prefix))),
    events: logged.map(exported),
  };
}

const exported = ({ event, body }: LoggedEvent): ExportedEvent => ({
  id: event.id,
  name: event.name,
  channel: event.channel,
  verified: event.verified,
  occurredAt: iso(event.occurredAt),
  receivedAt: iso(event.receivedAt),
  body,
});

const percent = (share: number): string => `${Math.round(share * 100)} %`;
const date = (day: number): string => iso(day * DAY_MS).slice(0, 10);

function predictionsTold({ facts, runtime }: Customer, shop: Shop, now: Instant) {
  const told: PredictionTold[] = [];
  const basis = `the days of ${facts.orders.length + (facts.sealed?.size ?? 0)} orders, compared with the shop's other customers`;
  const who = whoAt(facts, now, shop);
  if (who) {
    const { horizonDays } = shop.settings.churn;
    told.push({
      what: `Chance of an order within ${horizonDays} days`,
      value: `${percent(who.pActive)} (between ${percent(who.low)} and ${percent(who.high)})`,
      basis,
    });
    told.push({
      what: `Orders expected within ${horizonDays} days`,
      value: who.expectedOrders.toFixed(2),
      basis,
    });
  }
  const next = nextOrderAt(facts, now, shop);
  if (next) {
    const value = `about ${date(next.due)} (between ${date(next.low)} and ${date(next.high)})`;
    told.push({ what: 'Next order', value, basis });
  }
  if (runtime.risk) {
    const { level, at } = runtime.risk;
    const value = `${level}, looked at on ${iso(at).slice(0, 10)}`;
    told.push({ what: 'Risk of losing this customer', value, basis });
  }
  return told;
}
