/** Rows of customers, consents and carts -> calls. */
import { type Call, identify, type Item, track, type Who, WHO_WANTED, whoOf } from './calls.ts';
import { AHEAD_MAX_MS, consentWord, countryCode, DATE_WANTED, textOf } from './cells.ts';
import { read } from './columns.ts';
import { Groups } from './groups.ts';
import { type OrderLine, orderLine, productsOf, type Reading } from './orders.ts';
import type { Cells } from './records.ts';
import type { Instant } from '../../functions/contract/time.ts';

/** Calls of a row, and what of it is refused; a text: all of it is. */
export type Made = readonly (Call | string)[] | string;

/** A word about marketing mails, with what proves it. */
type Word = {
  who: Who;
  word: 'yes' | 'no';
  at: Instant;
  topic?: unknown;
  source?: unknown;
  wording?: unknown;
};

/** What the log takes of a source. */
const SOURCE_CHARS_MAX = 40;

export function consentCall({ who, word, at, topic, source, wording }: Word): Call {
  return track(
    word === 'yes' ? 'Consent Given' : 'Consent Withdrawn',
    { who, at },
    {
      ...(topic !== undefined && { topic: textOf(topic) }),
      source:
        source === undefined ? 'import' : `import: ${textOf(source)}`.slice(0, SOURCE_CHARS_MAX),
      ...(wording !== undefined && { wording: textOf(wording) }),
    },
  );
}

const CONSENT_WANTED =
  'consent: wanted yes or no, subscribed, unsubscribed or never_subscribed, true or false';

/** What a row says of consent: nothing for those who were never asked; a `yes` needs its moment. */
export function consentOf(cells: Cells, who: Who, reading: Reading): Made {
  const of = (name: string) => read(cells, reading.mapping, name);
  const word = consentWord(of('consent'));
  if (word === undefined) return CONSENT_WANTED;
  if (word === 'never') return [];
  const told = of('consent_at');
  const at = reading.momentOf(told);
  if (told !== undefined && at === undefined) return `consent_at: wanted ${DATE_WANTED}`;
  if (at !== undefined && at > reading.now + AHEAD_MAX_MS) {
    return 'consent_at: wanted a moment that is past';
  }
  if (word === 'yes' && at === undefined) {
    return 'consent_at: wanted the moment of the consent; without it there is no proof of any';
  }
  const [topic, source, wording] = [of('topic'), of('source'), of('wording')];
  return [consentCall({ who, word, at: at ?? reading.asOf, topic, source, wording })];
}

export function consentRow(cells: Cells, reading: Reading): Made {
  const of = (name: string) => read(cells, reading.mapping, name);
  const who = whoOf(of('customer_id'), of('email'));
  return who ? consentOf(cells, who, reading) : WHO_WANTED;
}

/** Who a customer is, and what they said about mails. */
export function customerRow(cells: Cells, reading: Reading): Made {
  const of = (name: string) => read(cells, reading.mapping, name);
  const who = whoOf(of('customer_id'), of('email'));
  if (!who) return WHO_WANTED;
  const told = of('date');
  const at = reading.momentOf(told);
  if (told !== undefined && at === undefined) return `date: wanted ${DATE_WANTED}`;
  if (at !== undefined && at > reading.now + AHEAD_MAX_MS)
    return 'date: wanted a moment that is past';
  const consent = reading.mapping.has('consent') ? consentOf(cells, who, reading) : [];
  const traits: { [name: string]: unknown } = {};
  const names = { first_name: 'firstName', last_name: 'lastName', phone: 'phone' };
  for (const [ours, trait] of Object.entries({
    ...names,
    locale: 'locale',
    timezone: 'timezone',
  })) {
    const value = of(ours);
    if (value !== undefined) traits[trait] = textOf(value);
  }
  const country = countryCode(of('country'));
  if (country !== undefined) traits['country'] = country;
  const said = identify({ who, at: at ?? reading.asOf, traits });
  // Consent without proof is left out; a customer is a customer all the same.
  return [said, ...(typeof consent === 'string' ? [consent] : consent)];
}

/** Rows of carts; those that became orders are left out. */
export class Carts {
  private readonly groups: Groups<OrderLine>;
  private readonly reading: Reading;

  constructor(scattered: ReadonlySet<string>, reading: Reading) {
    this.groups = new Groups(scattered);
    this.reading = reading;
  }

  *take(line: OrderLine): Generator<Item> {
    const ended = this.groups.add(line.order, line);
    if (ended) yield* this.ofCart(ended);
  }

  *end(): Generator<Item> {
    for (const rows of this.groups.end()) yield* this.ofCart(rows);
  }

  private *ofCart(rows: readonly OrderLine[]): Generator<Item> {
    const { row, order, who, at } = rows[0] as OrderLine;
    const { mapping } = this.reading;
    const text = (name: string) =>
      rows.map(({ cells }) => read(cells, mapping, name)).find((value) => value !== undefined);
    if (text('completed_at') !== undefined) return;
    if (Number.isNaN(at) || (who.userId === undefined && who.email === undefined)) {
      yield { row, reason: Number.isNaN(at) ? `date: wanted ${DATE_WANTED}` : WHO_WANTED };
      return;
    }
    const [url, currency] = [text('url'), text('currency')];
    const call = track(
      'Cart Updated',
      { who, at },
      {
        cart_id: order,
        products: productsOf(rows.flatMap(({ line }) => line ?? [])),
        ...(url !== undefined && { url }),
        ...(currency !== undefined && { currency }),
      },
    );
    yield { row, call };
  }
}

/** A row of a cart file: the same as of an order, by the cart's id. */
export function cartLine(row: number, cells: Cells, reading: Reading): OrderLine | string {
  const id = read(cells, reading.mapping, 'cart_id');
  if (id === undefined) return 'cart_id: wanted the id of the cart';
  const mapping = new Map(reading.mapping).set('order_id', reading.mapping.get('cart_id') ?? '');
  return orderLine(row, cells, { ...reading, mapping });
}
