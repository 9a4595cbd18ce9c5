/**
 * Carts: the newest few. The latest event that told the whole cart is the floor; single products added
 * or removed since then lie above it. What is older than the newest forgotten cart is forgotten in all
 * carts, so that a cart which comes back is the same in whatever order its events arrived.
 */
import type { CartLineProperties, CartProperties, CustomerEvent } from '../../contract/events.ts';
import { hashId } from '../../contract/ids.ts';
import type { Instant } from '../../contract/time.ts';
import type { CartFact, Facts, Line, Mark } from '../customer.ts';
import { packKey } from './key.ts';
import { linesOf } from './lines.ts';
import { compareMarks, compareText, markOf, ranked } from './marks.ts';

/** A person fills one cart, on a phone and a laptop two; four leave room for both to be renewed. */
export const CARTS_MAX = 4;
/** Products of a cart: a mail shows fewer, and the log has all of them. */
export const CART_LINES_MAX = 20;
/** Changes since the whole cart was told; shops that tell only changes seldom see more in one cart. */
export const CART_EDITS_MAX = 24;
/** 36 bits tell changes of one millisecond apart. */
const EDIT_ID_CHARS = 6;

type Edit = NonNullable<CartFact['edits']>[number];

/** What one event says about one cart; `undefined` when it is not about a cart. */
export function cartOf(customerId: string, event: CustomerEvent): CartFact | undefined {
  switch (event.name) {
    case 'Cart Updated':
    case 'Cart Viewed':
    case 'Checkout Started': {
      const { cartId, products, expiresAt } = event.properties as CartProperties;
      const whole = {
        at: event.occurredAt,
        key: packKey(customerId, event.key, event.occurredAt),
        lines: linesOf(products, CART_LINES_MAX),
        ...(expiresAt !== undefined && { expiresAt }),
      };
      return { id: cartId, last: markOf(event, false), whole };
    }
    case 'Product Added':
    case 'Product Removed': {
      const { cartId, product } = event.properties as CartLineProperties;
      // As Segment's spec has it: how many pieces came or went, not how many lie there now.
      const pieces = event.name === 'Product Removed' ? -product.quantity : product.quantity;
      const id = hashId('edit', event.id).slice(0, EDIT_ID_CHARS);
      const edit: Edit = [product.id, pieces, event.occurredAt, id];
      return { id: cartId, last: markOf(event, false), edits: [edit] };
    }
    default:
      return undefined;
  }
}

type Whole = NonNullable<CartFact['whole']>;

const laterWhole = (a: Whole | undefined, b: Whole | undefined): Whole | undefined => {
  if (!a || !b) return a ?? b;
  return (b.at - a.at || compareText(b.key, a.key)) > 0 ? b : a;
};

const compareEdits = (a: Edit, b: Edit): number =>
  b[2] - a[2] || compareText(a[3], b[3]) || compareText(a[0], b[0]) || b[1] - a[1];

/** The newest edits of both. */
function joinEdits(a: Edit[] | undefined, b: Edit[] | undefined): Edit[] | undefined {
  let all = a ?? [];
  for (const edit of b ?? []) {
    if (all.some((each) => compareEdits(each, edit) === 0)) continue;
    all = ranked(all, edit, undefined, compareEdits, CART_EDITS_MAX);
  }
  return all.length > 0 ? all : undefined;
}

/** The cart without what lies at or below the floor. The same object when nothing does. */
function raise(cart: CartFact, floor: Instant): CartFact {
  const whole = cart.whole && cart.whole.at > floor ? cart.whole : undefined;
  const above = Math.max(floor, whole?.at ?? floor);
  const kept = cart.edits?.filter(([, , at]) => at > above);
  if (whole === cart.whole && kept?.length === cart.edits?.length) return cart;
  const edits = kept && kept.length > 0 && { edits: kept };
  return { id: cart.id, last: cart.last, ...(whole && { whole }), ...edits };
}

function join(a: CartFact, b: CartFact, floor: Instant): CartFact {
  const last: Mark = compareMarks(b.last, a.last) > 0 ? b.last : a.last;
  const whole = laterWhole(a.whole, b.whole);
  const edits = joinEdits(a.edits, b.edits);
  if (last === a.last && whole === a.whole && edits === a.edits) return a;
  const cart = { id: a.id, last, ...(whole && { whole }), ...(edits && { edits }) };
  const raised = raise(cart, floor);
  return sameCart(a, raised) ? a : raised;
}

/** An edit below the whole cart came and went. */
const sameCart = (a: CartFact, b: CartFact): boolean =>
  a.last === b.last &&
  a.whole === b.whole &&
  (a.edits?.length ?? 0) === (b.edits?.length ?? 0) &&
  (a.edits ?? []).every((edit, index) => edit === b.edits?.[index]);

const newestFirst = (a: CartFact, b: CartFact): number =>
  compareMarks(b.last, a.last) || compareText(a.id, b.id);

/** The facts with what one event said about one cart. The same object when nothing is new. */
export function mergeCart(facts: Facts, said: CartFact): Facts {
  const floor = facts.cartsFloor ?? Number.NEGATIVE_INFINITY;
  if (said.last.at <= floor) return facts;
  const old = facts.carts.find(({ id }) => id === said.id);
  const cart = old ? join(old, said, floor) : said;
  if (cart === old) return facts;
  const carts = ranked(facts.carts, cart, old, newestFirst, CARTS_MAX + 1);
  const fallen = carts[CARTS_MAX];
  if (!fallen) return { ...facts, carts };
  const cartsFloor = fallen.last.at;
  const kept = carts.filter(({ last }) => last.at > cartsFloor).map((c) => raise(c, cartsFloor));
  return { ...facts, carts: kept, cartsFloor };
}

/** The carts of two customers who are one: as if all events had been of one. */
export function joinCarts(a: Facts, b: Facts): Facts {
  if (b.carts.length === 0 && b.cartsFloor === undefined) return a;
  const floor = Math.max(
    a.cartsFloor ?? Number.NEGATIVE_INFINITY,
    b.cartsFloor ?? Number.NEGATIVE_INFINITY,
  );
  const above = (carts: readonly CartFact[]) =>
    carts.filter(({ last }) => last.at > floor).map((cart) => raise(cart, floor));
  const start: Facts = { ...a, carts: above(a.carts) };
  if (floor > Number.NEGATIVE_INFINITY) start.cartsFloor = floor;
  return above(b.carts).reduce(mergeCart, start);
}

/**
 * What lies in the cart now: the products of the whole cart, then those added since. Changes in the order
 * of their times, never below nothing: who removes more than there is has an empty place to add to.
 */
export function cartLines({ whole, edits = [] }: CartFact): Line[] {
  const pieces = new Map(whole?.lines);
  for (const [product, change] of edits.toReversed()) {
    pieces.set(product, Math.max(0, (pieces.get(product) ?? 0) + change));
  }
  return [...pieces].filter(([, quantity]) => quantity > 0);
}

/** Pieces in the cart. */
export const cartPieces = (cart: CartFact): number =>
  cartLines(cart).reduce((sum, [, quantity]) => sum + quantity, 0);
