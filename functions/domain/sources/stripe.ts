/**
 * Stripe's events -> ours, as far as payments tell of orders: a paid checkout, a paid invoice of a
 * subscription, a refund, who the customer is. An order is known by its payment (`pi_…`), which the refund
 * names too. Amounts come in the smallest unit that Stripe counts in.
 */
import { objectOf } from '../../contract/event-fields.ts';
import {
  factId,
  given,
  identify,
  LINES_MAX,
  listOf,
  type Mapped,
  mapped,
  NO_TIME,
  type SegmentCall,
  track,
  type Who,
  whoOf,
  words,
} from './call.ts';

type Fields = { [name: string]: unknown };

/** `topic` is the event's `type`. */
export function stripeToEvents(topic: string, payload: unknown): Mapped {
  const event = objectOf(payload);
  const data = objectOf(event['data']);
  const about = objectOf(data['object']);
  switch (topic) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded':
      return stripeSessionToEvents(about, event['created']);
    case 'invoice.paid':
      return stripeInvoiceToEvents(about, event['created']);
    case 'charge.refunded':
      return stripeRefundToEvents(
        about,
        objectOf(data['previous_attributes']),
        event['created'] ?? NO_TIME,
      );
    case 'customer.created':
    case 'customer.updated':
      return stripeCustomerToEvents(about, event['created'] ?? NO_TIME);
    default:
      return { ignored: 'topic' };
  }
}

/**
 * A checkout that is paid. One that waits for its money (a transfer) is told when that came; of a subscription
 * the invoice tells, each time it is paid.
 */
export function stripeSessionToEvents(session: Fields, at: unknown): Mapped {
  const who = shopperOf(session);
  if (!who) return { ignored: 'no-customer' };
  const isPaid = ['paid', 'no_payment_required'].includes(String(session['payment_status']));
  const calls = isPaid && session['mode'] === 'payment' ? [ordered(session, who, at)] : [];
  return mapped([...calls, ...promotions(session, who, at)]);
}

function shopperOf(session: Fields): Who | undefined {
  const details = objectOf(session['customer_details']);
  const country = objectOf(details['address'])['country'];
  return whoOf(session['client_reference_id'], details['email'] ?? session['customer_email'], {
    ...namesOf(details['name']),
    phone: words(details['phone']),
    address: words(country) && { country },
  });
}

/** By the time of the checkout, so that whichever event tells of it first meets the same row. */
const ordered = (session: Fields, who: Who, at: unknown): SegmentCall => {
  const orderId = idOf(session['payment_intent']) ?? session['id'];
  return track(
    who,
    'Order Completed',
    factId('stripe', 'order', orderId),
    session['created'] ?? at ?? NO_TIME,
    {
      order_id: orderId,
      total: majorOf(session['amount_total'], session['currency']),
      currency: session['currency'],
      // Only where the sender has them expanded: Stripe's own event leaves them out.
      products: linesOf(objectOf(session['line_items'])['data']),
    },
    { locale: session['locale'] === 'auto' ? undefined : session['locale'] },
  );
};

/** The box for promotions at the checkout. Leaving it empty withdraws nothing that was given elsewhere. */
function promotions(session: Fields, who: Who, at: unknown): SegmentCall[] {
  if (objectOf(session['consent'])['promotions'] !== 'opt_in') return [];
  const messageId = factId('stripe', 'consent', session['id']);
  return [track(who, 'Consent Given', messageId, at ?? NO_TIME, { source: 'stripe checkout' })];
}

/** A paid invoice of a subscription. Of other invoices the checkout tells, or nobody bought anything. */
export function stripeInvoiceToEvents(invoice: Fields, at: unknown): Mapped {
  const email = invoice['customer_email'];
  const country = objectOf(invoice['customer_address'])['country'];
  const who = whoOf(undefined, email, {
    ...namesOf(invoice['customer_name']),
    address: words(country) && { country },
  });
  if (!who) return { ignored: 'no-customer' };
  const ofSubscription = String(invoice['billing_reason']).startsWith('subscription');
  // A trial starts with an invoice over nothing.
  if (!ofSubscription || invoice['amount_paid'] === 0) return { ignored: 'nothing-to-tell' };
  const orderId = paymentOf(invoice) ?? invoice['id'];
  const paidAt = objectOf(invoice['status_transitions'])['paid_at'] ?? at ?? NO_TIME;
  const order = {
    order_id: orderId,
    total: majorOf(invoice['amount_paid'], invoice['currency']),
    currency: invoice['currency'],
    products: invoiceLines(objectOf(invoice['lines'])['data']),
  };
  const messageId = factId('stripe', 'order', orderId);
  return mapped([track(who, 'Order Completed', messageId, paidAt, order)]);
}

/** Versions of the API before 2025-03-31 name the payment itself, later ones in a list that may be left out. */
function paymentOf(invoice: Fields): string | undefined {
  const [first] = listOf(objectOf(invoice['payments'])['data']);
  const payment = objectOf(first?.['payment']);
  return idOf(invoice['payment_intent']) ?? idOf(payment['payment_intent']);
}

/**
 * What went back with this event: the charge tells the sum of all its refunds, and what that was before. Each
 * sum is told once.
 */
export function stripeRefundToEvents(charge: Fields, before: Fields, at: unknown): Mapped {
  const billing = objectOf(charge['billing_details']);
  const who = whoOf(undefined, billing['email'] ?? charge['receipt_email']);
  if (!who) return { ignored: 'no-customer' };
  const all = amountOf(charge['amount_refunded']);
  const back = all - amountOf(before['amount_refunded']);
  if (back <= 0) return { ignored: 'nothing-to-tell' };
  const orderId = idOf(charge['payment_intent']) ?? idOf(charge['invoice']) ?? charge['id'];
  const messageId = factId('stripe', 'refund', charge['id'], all);
  const total = majorOf(back, charge['currency']);
  const properties = { order_id: orderId, total, currency: charge['currency'] };
  return mapped([track(who, 'Order Refunded', messageId, at, properties)]);
}

export function stripeCustomerToEvents(customer: Fields, at: unknown): Mapped {
  const country = objectOf(customer['address'])['country'];
  const locales = customer['preferred_locales'];
  const who = whoOf(undefined, customer['email'], {
    ...namesOf(customer['name']),
    phone: words(customer['phone']),
    locale: Array.isArray(locales) ? locales[0] : undefined,
    address: words(country) && { country },
  });
  if (!who) return { ignored: 'no-customer' };
  return mapped([identify(who, factId('stripe', 'customer', customer['id'], at), at)]);
}

/** Stripe knows one name: the first word of it is what a mail begins with. */
function namesOf(name: unknown): Fields {
  const [firstName, ...rest] = (words(name) ?? '').split(/\s+/);
  return given({ firstName: firstName || undefined, lastName: rest.join(' ') || undefined });
}

/** An id, or the object that it was expanded to. */
const idOf = (value: unknown): string | undefined =>
  words(typeof value === 'string' ? value : objectOf(value)['id']);

const amountOf = (value: unknown): number => (Number.isSafeInteger(value) ? (value as number) : 0);

/** Stripe counts these in whole units; HUF, ISK, TWD and UGX it counts in hundredths, as most. */
const WHOLE = new Set('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' '));
const THOUSANDTHS = new Set(['BHD', 'JOD', 'KWD', 'OMR', 'TND']);

/** The amount as a decimal; left as it is where it is none, so that the parser refuses it. */
function majorOf(amount: unknown, currency: unknown): unknown {
  if (!Number.isSafeInteger(amount)) return amount;
  const code = String(currency).toUpperCase();
  if (WHOLE.has(code)) return amount;
  return Number(`${amount}e-${THOUSANDTHS.has(code) ? 3 : 2}`);
}

const linesOf = (value: unknown): Fields[] =>
  listOf(value)
    .slice(0, LINES_MAX)
    .map((line) => {
      const price = objectOf(line['price']);
      return given({
        product_id: idOf(price['product']),
        name: words(line['description']),
        price: majorOf(price['unit_amount'], line['currency']),
        quantity: line['quantity'],
      });
    });

/** Older versions of the API name the product in `price`, later ones in `pricing.price_details`. */
const invoiceLines = (value: unknown): Fields[] =>
  listOf(value)
    .slice(0, LINES_MAX)
    .map((line) => {
      const details = objectOf(objectOf(line['pricing'])['price_details']);
      const product = idOf(objectOf(line['price'])['product']) ?? idOf(details['product']);
      const pieces = Math.max(1, amountOf(line['quantity']));
      return given({
        product_id: product,
        name: words(line['description']),
        price: majorOf(Math.round(amountOf(line['amount']) / pieces), line['currency']),
        quantity: pieces,
      });
    });
