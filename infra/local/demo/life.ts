/** What one made-up customer does in the shop's year: looks, fills carts, buys, sends back, lapses. */
import { DAY_MS, HOUR_MS, type Instant, MINUTE_MS } from '../../../functions/contract/time.ts';
import { CATALOGUE, type CatalogueProduct, SHOP_URL } from './catalogue.ts';
import type { Person } from './people.ts';
import { type Random, randomOf } from './random.ts';
import {
  identify,
  type Line,
  type SegmentEvent,
  segmentProduct,
  totalOf,
  track,
} from './segment.ts';

export type Cart = { id: string; at: Instant; lines: Line[] };
export type Life = { events: SegmentEvent[]; carts: Cart[] };

const JEWELLERY = CATALOGUE.filter((product) => product.lasts === undefined);
const CURRENCY = 'EUR';
/** No single life may fill the demonstration: the fullest have about 250 events. */
const EVENTS_PER_LIFE_MAX = 400;

/** A good moment on the day of `at`: shops are open 10 to 19, people browse until 22. */
const atAnHour = (random: Random, person: Person, at: Instant, store: boolean): Instant => {
  const hour = store ? random.int(10, 18) : random.int(8, 21);
  const day = Math.floor(at / DAY_MS) * DAY_MS;
  return day + (hour - person.utcHours) * HOUR_MS + random.int(0, 59 * 60) * 1000;
};

/** Taste weighs: a match of metal, stone or style makes a piece several times as likely. */
const choose = (random: Random, { taste, trade }: Person): CatalogueProduct =>
  random.weighted(
    JEWELLERY.map((product) => {
      const matches =
        Number(product.material === taste.material) +
        Number(product.stone === taste.stone) +
        Number(product.style === taste.style);
      return [product, (1 + 2 * matches) * (product.price > 400 ? 0.3 : 1) + (trade ? 1 : 0)];
    }),
  );

const jewelleryLines = (random: Random, person: Person): Line[] =>
  Array.from({ length: person.trade ? random.int(2, 5) : random.chance(0.2) ? 2 : 1 }, () => ({
    product: choose(random, person),
    quantity: person.trade ? random.int(3, 12) : 1,
  }));

const cartProperties = (id: string, lines: readonly Line[]) => ({
  cart_id: id,
  currency: CURRENCY,
  products: lines.map(segmentProduct),
  url: `${SHOP_URL}/cart/${id}`,
});

/** One order as the spec writes it. */
export const orderProperties = (id: string, lines: readonly Line[], extra: object = {}) => ({
  order_id: id,
  currency: CURRENCY,
  total: totalOf(lines),
  products: lines.map(segmentProduct),
  ...extra,
});

/** Parcels leave after a day or two and take two to six; the carrier reports seven of ten arrivals. */
export function parcel(random: Random, person: Person, orderId: string, at: Instant) {
  const shippedAt = at + random.int(20, 50) * HOUR_MS;
  const events = [track(person.actor, shippedAt, 'Order Shipped', { order_id: orderId })];
  if (random.chance(0.7)) {
    const deliveredAt = shippedAt + random.int(44, 140) * HOUR_MS;
    events.push(track(person.actor, deliveredAt, 'Order Delivered', { order_id: orderId }));
  }
  return events;
}

class LifeWriter {
  readonly events: SegmentEvent[] = [];
  readonly carts: Cart[] = [];
  readonly random: Random;
  readonly person: Person;
  readonly end: Instant;
  private orders = 0;

  constructor(seed: string, person: Person, end: Instant) {
    this.random = randomOf(seed, 'life', person.id);
    this.person = person;
    this.end = end;
  }

  full(): boolean {
    return this.events.length >= EVENTS_PER_LIFE_MAX;
  }

  private add(at: Instant, name: string, properties: { [name: string]: unknown }): void {
    if (at < this.end) this.events.push(track(this.person.actor, at, name, properties));
  }

  join(at: Instant): void {
    const { email, firstName, lastName, country, zone, locale, consent } = this.person;
    if ('anonymousId' in this.person.actor) return;
    const traits = {
      ...(email && { email }),
      ...(firstName && { first_name: firstName, last_name: lastName }),
      address: { country },
      locale,
      ...(zone && { timezone: zone }),
      ...(consent !== undefined && { marketing_consent: consent }),
    };
    this.events.push(identify(this.person.actor, at, traits));
  }

  /** Those who said nothing or no may come round: a tick at a later checkout. */
  changeMind(at: Instant): void {
    if (this.person.consent === true || !this.random.chance(0.06) || !this.person.email) return;
    this.add(at, 'Consent Given', { source: 'checkout', wording: 'newsletter-2025-10' });
  }

  look(at: Instant, products: readonly CatalogueProduct[]): Instant {
    const { random } = this;
    let now = at;
    if (random.chance(0.18)) {
      const { style, stone } = this.person.taste;
      const query = stone === 'none' ? `${style} ring` : `${stone} ${style}`;
      this.add(now, 'Products Searched', { query });
      now += random.int(10, 90) * 1000;
    }
    for (const product of products) {
      this.add(now, 'Product Viewed', segmentProduct({ product, quantity: 1 }));
      now += random.int(15, 240) * 1000;
    }
    return now;
  }

  private fill(at: Instant, lines: Line[], id: string): Instant {
    this.add(at, 'Cart Updated', cartProperties(id, lines));
    this.carts.push({ id, at, lines });
    return at + this.random.int(1, 8) * MINUTE_MS;
  }

  browse(at: Instant): void {
    const { random, person } = this;
    const views = Array.from({ length: random.int(1, 3) }, () => choose(random, person));
    const now = this.look(at, views.slice(-2));
    if (!random.chance(0.3)) return;
    const id = `cart-${person.id}-${this.carts.length + 1}`;
    const lines = [{ product: views.at(-1) as CatalogueProduct, quantity: 1 }];
    const then = this.fill(now, lines, id);
    if (random.chance(0.4)) {
      this.add(then, 'Checkout Started', cartProperties(id, lines));
    } else if (random.chance(0.12)) {
      this.add(then + 20 * MINUTE_MS, 'Cart Updated', cartProperties(id, []));
    }
  }

  order(at: Instant, lines: Line[], gift: boolean): void {
    const { random, person } = this;
    this.orders += 1;
    const id = `order-${person.id}-${this.orders}`;
    const store = person.inStore ? random.chance(0.85) : !person.trade && random.chance(0.02);
    let now = atAnHour(random, person, at, store);
    if (!store) {
      now = this.look(
        now,
        random.chance(0.6) ? lines.map(({ product }) => product).slice(0, 1) : [],
      );
      const cart = `cart-${person.id}-${this.carts.length + 1}`;
      if (random.chance(0.8)) now = this.fill(now, lines, cart);
      if (random.chance(0.5)) this.add(now, 'Checkout Started', cartProperties(cart, lines));
      now += random.int(1, 6) * MINUTE_MS;
    }
    const extra = { ...(gift && { gift: true }), ...(store && { channel: 'store' }) };
    this.add(now, 'Order Completed', orderProperties(id, lines, extra));
    if (random.chance(0.012)) {
      this.add(now + random.int(1, 12) * HOUR_MS, 'Order Cancelled', { order_id: id });
    } else if (!store) {
      this.events.push(
        ...parcel(random, person, id, now).filter((e) => Date.parse(e.timestamp) < this.end),
      );
      this.sendBack(now, id, lines);
    }
    this.changeMind(now + MINUTE_MS);
  }

  private sendBack(at: Instant, id: string, lines: readonly Line[]): void {
    const { random, person } = this;
    if (!random.chance(0.02 + 0.1 * (1 - person.happiness))) return;
    const returned = random.chance(0.6) ? lines : lines.slice(0, 1);
    this.add(at + random.int(9, 24) * DAY_MS, 'Order Refunded', {
      order_id: id,
      currency: CURRENCY,
      total: totalOf(returned),
    });
  }

  /** December for most, February for some: a piece for somebody else. */
  isGift(at: Instant): boolean {
    const month = new Date(at).getUTCMonth();
    const share = month === 11 ? 0.4 : month === 1 ? 0.2 : 0.07;
    return !this.person.trade && this.random.chance(share);
  }
}

/** Pieces of jewellery, until the customer lapses; a few come back after half a year. */
function buyJewellery(life: LifeWriter): Instant {
  const { person, random } = life;
  let at = person.joinedAt;
  for (let n = 0; n < person.orders && at < life.end && !life.full(); n += 1) {
    life.order(at, jewelleryLines(random, person), life.isGift(at));
    at += Math.max(3, random.wait(person.gapDays)) * DAY_MS;
  }
  return at;
}

/** What is used up is bought again in its own rhythm, a little early or late, until they lapse. */
function buyAgain(life: LifeWriter, lapseAt: Instant): void {
  const { person, random } = life;
  const stays = random.chance(0.6) ? life.end : lapseAt + 60 * DAY_MS;
  for (const product of person.uses) {
    const every = (product.lasts ?? 60) * (0.8 + 0.4 * random.next());
    let at = person.joinedAt + random.int(1, 20) * DAY_MS;
    while (at < stays && at < life.end && !life.full()) {
      const quantity = person.trade ? random.int(1, 6) : 1;
      life.order(at, [{ product, quantity }], false);
      at += every * (0.85 + 0.3 * random.next()) * DAY_MS;
    }
  }
}

/** Looking around, ever less after the last order. */
function lookAround(life: LifeWriter, lapseAt: Instant): void {
  const { person, random } = life;
  let at = person.joinedAt + random.wait(20) * DAY_MS;
  while (at < life.end && !life.full()) {
    life.browse(atAnHour(random, person, at, false));
    at += Math.max(1, random.wait(at < lapseAt ? 42 : 130)) * DAY_MS;
  }
}

/** One customer's events and carts until `end`; not sorted. */
export function lifeOf(seed: string, person: Person, end: Instant): Life {
  const life = new LifeWriter(seed, person, end);
  const firstHour = Math.floor(person.joinedAt / DAY_MS) * DAY_MS + 7 * HOUR_MS;
  life.join(firstHour - person.utcHours * HOUR_MS);
  const lapseAt = buyJewellery(life);
  if (person.orders > 0) buyAgain(life, lapseAt);
  lookAround(life, lapseAt);
  return { events: life.events, carts: life.carts };
}
