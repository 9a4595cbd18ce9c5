/** A morning of two customers: Ann signs up, orders, leaves; Bob signs up, leaves a cart, and his mail bounces. */
import { aliasId } from '../../functions/contract/ids.ts';
import { type Instant, iso, MINUTE_MS } from '../../functions/contract/time.ts';
import { signToken } from '../../functions/contract/tokens.ts';
import { writeKey } from '../../functions/contract/write-keys.ts';
import { SECRETS } from './parts.ts';
import { type Answer, type Options, World } from './world.ts';

export const START: Instant = Date.UTC(2026, 2, 2, 8);
const at = (minutes: number): Instant => START + minutes * MINUTE_MS;
/** Three hours after the last mail: an hour of doubt, retries, redrives and sweeps are over. */
export const END: Instant = at(12 * 60);

export const ANN = aliasId('user', 'ann');
export const BOB = aliasId('user', 'bob');

/** What the shop and the customer heard back. */
export type Witness = {
  /** Ids of events that were answered with 200. */
  answered: string[];
  /** Place in the order of everything when Ann was told that she has left. */
  leftAt?: number;
};

export type Run = { world: World; witness: Witness };

const KEY = writeKey('server', 1, SECRETS.current);

export const identify = (id: string, user: string, email: string) => ({
  type: 'identify',
  messageId: id,
  userId: user,
  traits: { email, first_name: 'Annabel', marketing_consent: true },
});
export const order = (id: string, user: string, orderId: string) => ({
  type: 'track',
  event: 'Order Completed',
  messageId: id,
  userId: user,
  properties: {
    order_id: orderId,
    total: 59,
    currency: 'EUR',
    products: [{ product_id: 'RING-9', quantity: 1, price: 59, name: 'Amber ring' }],
  },
});
const cart = (id: string, user: string, cartId: string) => ({
  type: 'track',
  event: 'Cart Updated',
  messageId: id,
  userId: user,
  properties: {
    cart_id: cartId,
    currency: 'EUR',
    products: [{ product_id: 'EAR-3', quantity: 1, price: 20, name: 'Earring' }],
  },
});

type Call = { messageId: string; timestamp?: string };

/** Segment's clients come again on 5xx; a browser's reader clicks again. */
const RETRY_MS = 20_000;
const RETRIES_MAX = 30;

function post(world: World, moment: Instant, call: () => Promise<Answer>, done: () => void): void {
  let tries = 0;
  const attempt = async (): Promise<void> => {
    const answer = await call();
    const status = (answer.result as { statusCode?: number } | undefined)?.statusCode;
    tries += 1;
    if (answer.ok && status === 200) done();
    else if (tries < RETRIES_MAX) world.at(world.now + RETRY_MS, attempt);
  };
  world.at(moment, attempt);
}

export function shopSends(world: World, witness: Witness, minutes: number, batch: Call[]): void {
  const moment = at(minutes);
  const event = {
    requestContext: { http: { method: 'POST' } },
    rawPath: '/v1/batch',
    headers: { authorization: `Basic ${Buffer.from(`${KEY}:`).toString('base64')}` },
    body: JSON.stringify({
      batch: batch.map((call) => ({ timestamp: iso(moment), ...call })),
      sentAt: iso(moment),
    }),
  };
  post(
    world,
    moment,
    () => world.invoke('ingest', event),
    () => witness.answered.push(...batch.map(({ messageId }) => messageId)),
  );
}

function annLeaves(world: World, witness: Witness, minutes: number): void {
  const token = signToken(
    { purpose: 'unsubscribe', customerId: ANN, messageId: 'any', topic: 'offers' },
    SECRETS,
  );
  const event = {
    requestContext: { http: { method: 'POST' } },
    rawPath: `/u/${token}`,
    pathParameters: { token },
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'List-Unsubscribe=One-Click',
  };
  post(
    world,
    at(minutes),
    () => world.invoke('pages', event),
    () => {
      witness.leftAt = world.order;
    },
  );
}

/** Runs the morning to its end. */
export async function morning(options: Options = {}): Promise<Run> {
  const world = new World(START, options);
  const witness: Witness = { answered: [] };
  shopSends(world, witness, 0, [
    identify('e1', 'ann', 'ann@example.com'),
    identify('e2', 'bob', 'bob-bounce@example.com'),
  ]);
  shopSends(world, witness, 10, [order('e3', 'ann', 'O1')]);
  shopSends(world, witness, 60, [cart('e4', 'bob', 'C1')]);
  shopSends(world, witness, 180, [cart('e5', 'ann', 'C2')]);
  shopSends(world, witness, 300, [order('e6', 'ann', 'O2')]);
  annLeaves(world, witness, 310);
  shopSends(world, witness, 420, [order('e7', 'bob', 'O3')]);
  await world.run(END);
  return { world, witness };
}

/** One mail and one leave: short enough to break twice at every pair of requests. */
export async function oneMail(options: Options = {}): Promise<Run> {
  const world = new World(START, options);
  const witness: Witness = { answered: [] };
  shopSends(world, witness, 0, [
    identify('e1', 'ann', 'ann@example.com'),
    order('e2', 'ann', 'O1'),
  ]);
  annLeaves(world, witness, 29);
  await world.run(at(5 * 60));
  return { world, witness };
}

/** Ann leaves before her first mail is planned: what she said must reach the claim, however late the facts. */
export async function leavesEarly(options: Options = {}): Promise<Run> {
  const world = new World(START, options);
  const witness: Witness = { answered: [] };
  shopSends(world, witness, 0, [
    identify('e1', 'ann', 'ann@example.com'),
    order('e2', 'ann', 'O1'),
  ]);
  annLeaves(world, witness, 0.9);
  await world.run(at(5 * 60));
  return { world, witness };
}

/** Two months of orders, one of them told twice, one paid back, one cancelled, one told a month late. */
export async function ordersOfMonths(options: Options = {}): Promise<Run> {
  const world = new World(START, options);
  const witness: Witness = { answered: [] };
  const day = 24 * 60;
  const about = (event: string, id: string, orderId: string) => ({
    type: 'track',
    event,
    messageId: id,
    userId: 'ann',
    properties: { order_id: orderId },
  });
  shopSends(world, witness, 0, [order('e1', 'ann', 'O1'), order('e2', 'bob', 'P1')]);
  shopSends(world, witness, 2 * day, [order('e3', 'ann', 'O2'), order('e4', 'ann', 'O3')]);
  shopSends(world, witness, 3 * day, [order('e3', 'ann', 'O2'), order('e5', 'bob', 'P2')]);
  shopSends(world, witness, 30 * day, [about('Order Cancelled', 'e6', 'O2')]);
  shopSends(world, witness, 31 * day, [about('Order Refunded', 'e7', 'O3')]);
  const late = { ...order('e8', 'ann', 'O4'), timestamp: iso(at(5 * day)) };
  shopSends(world, witness, 40 * day, [late, order('e9', 'ann', 'O5')]);
  await world.run(at(41 * day));
  return { world, witness };
}

/**
 * An order that empties a cart of the same minute, told in one order or the other: the customer must hear
 * the same. Its cart is old enough to be reminded of at once, its order stops that.
 */
export async function sameMinute(swapped: boolean, options: Options = {}): Promise<Run> {
  const world = new World(START, options);
  const witness: Witness = { answered: [] };
  shopSends(world, witness, 0, [identify('e1', 'ann', 'ann@example.com')]);
  const bought = { ...order('e2', 'ann', 'O1'), timestamp: iso(at(295)) };
  const left = { ...cart('e3', 'ann', 'C1'), timestamp: iso(at(50)) };
  const [first, second] = swapped ? [left, bought] : [bought, left];
  shopSends(world, witness, 300, [first]);
  shopSends(world, witness, 300.1, [second]);
  await world.run(END);
  return { world, witness };
}
