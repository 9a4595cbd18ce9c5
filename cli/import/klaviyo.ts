/**
 * What Klaviyo exports -> calls. Profiles and suppressions as CSV of its lists or as JSON of its API
 * (`/api/profiles?additional-fields[profile]=subscriptions`), events as JSON of its API
 * (`/api/events?include=profile,metric`), a page or an event a line.
 */
import { objectOf } from '../../functions/contract/event-fields.ts';
import type { Instant } from '../../functions/contract/time.ts';
import { type Call, identify, track, type Who, WHO_WANTED, whoOf } from './calls.ts';
import { AHEAD_MAX_MS, consentWord, countryCode, DATE_WANTED, textOf } from './cells.ts';
import { consentCall, type Made } from './people.ts';
import type { Reading } from './orders.ts';
import type { Cells } from './records.ts';

type Values = { [name: string]: unknown };

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z]/g, '');

/** A value by any of these names, however it is spelled. */
function named(cells: Values, ...names: string[]): unknown {
  const entries = Object.entries(cells);
  for (const name of names) {
    const found = entries.find(
      ([key, value]) => plain(key) === name && value !== '' && value !== null,
    );
    if (found) return found[1];
  }
  return undefined;
}

const isPast = (at: Instant | undefined, { now }: Reading): at is Instant =>
  at !== undefined && at <= now + AHEAD_MAX_MS;

/** A profile, and its consent: `SUBSCRIBED` with its moment gives it, `NEVER_SUBSCRIBED` gives and takes nothing. */
export function klaviyoProfile(cells: Cells, reading: Reading): Made {
  const inside = objectOf(cells['attributes']);
  const profile: Values = { ...cells, ...inside };
  const who = whoOf(named(profile, 'externalid'), named(profile, 'email', 'emailaddress'));
  if (!who) return WHO_WANTED;
  const changed = reading.momentOf(
    named(profile, 'updated', 'created', 'profilecreatedon', 'dateadded'),
  );
  const home = objectOf(profile['location']);
  const traits = known({
    firstName: named(profile, 'firstname'),
    lastName: named(profile, 'lastname'),
    phone: named(profile, 'phonenumber', 'phone'),
    locale: named(profile, 'locale', 'language'),
    timezone: named(home, 'timezone') ?? named(profile, 'timezone'),
    country: countryCode(named(home, 'country') ?? named(profile, 'country')),
  });
  const at = isPast(changed, reading) ? changed : reading.asOf;
  return [identify({ who, at, traits }), ...consentOf(profile, who, reading)];
}

const known = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

function consentOf(profile: Values, who: Who, reading: Reading): (Call | string)[] {
  const subscriptions = objectOf(profile['subscriptions']);
  const marketing = objectOf(objectOf(subscriptions['email'])['marketing']);
  const said =
    marketing['consent'] ?? named(profile, 'emailmarketingconsent', 'emailconsent', 'consent');
  const moment = reading.momentOf(
    marketing['consent_timestamp'] ??
      marketing['timestamp'] ??
      named(profile, 'emailmarketingconsenttimestamp', 'consenttimestamp', 'emailconsenttimestamp'),
  );
  const calls: (Call | string)[] = [];
  const word = consentWord(said);
  const source = marketing['method'] ?? 'klaviyo';
  if (word === undefined)
    calls.push('consent: wanted SUBSCRIBED, UNSUBSCRIBED or NEVER_SUBSCRIBED');
  else if (word === 'no') {
    const at = isPast(moment, reading) ? moment : reading.asOf;
    calls.push(consentCall({ who, word, at, source }));
  } else if (word === 'yes' && isPast(moment, reading)) {
    calls.push(consentCall({ who, word, at: moment, source }));
  } else if (word === 'yes') {
    calls.push(
      'consent: wanted its moment (consent_timestamp); without it there is no proof of any',
    );
  }
  const all = marketing['suppression'] ?? marketing['suppressions'];
  for (const each of Array.isArray(all) ? all.slice(0, SUPPRESSIONS_MAX) : []) {
    const { reason, timestamp } = objectOf(each);
    calls.push(stop(who, reason, reading.momentOf(timestamp), reading));
  }
  return calls;
}

/** Of one profile; each closes what is closed already. */
const SUPPRESSIONS_MAX = 10;

/** A row of the suppressed profiles. Repeatable: run as often as the file is exported, while both systems send. */
export function klaviyoSuppression(cells: Cells, reading: Reading): Made {
  const profile: Values = { ...cells, ...objectOf(cells['attributes']) };
  const who = whoOf(
    named(profile, 'externalid'),
    named(profile, 'email', 'emailaddress', 'address'),
  );
  if (!who) return WHO_WANTED;
  const told = named(
    profile,
    'suppressedat',
    'timestamp',
    'date',
    'suppressiontimestamp',
    'dateadded',
  );
  const at = reading.momentOf(told);
  if (told !== undefined && at === undefined) return `date: wanted ${DATE_WANTED}`;
  return [
    stop(who, named(profile, 'reason', 'suppressionreason', 'suppressionreasons'), at, reading),
  ];
}

/** Dead addresses and complaints are never mailed again; whoever left may come back. Unknown reasons: left. */
function stop(who: Who, reason: unknown, told: Instant | undefined, reading: Reading): Call {
  const at = isPast(told, reading) ? told : reading.asOf;
  const word = plain(textOf(reason));
  if (/hardbounce|invalid|bounced/.test(word)) {
    return track('Email Bounced', { who, at }, { bounce_type: 'Permanent' });
  }
  if (/spam|complain/.test(word)) return track('Email Marked as Spam', { who, at }, {});
  return consentCall({ who, word: 'no', at, source: 'klaviyo' });
}

/** Klaviyo's metric -> ours. What is not here is left out: the kernel knows no use for it. */
const EVENTS: { readonly [metric: string]: (properties: Values, id: string) => Told } = {
  placedorder: (from, id) => ['Order Completed', orderOf(from, id)],
  fulfilledorder: (from, id) => ['Order Shipped', { order_id: orderIdOf(from, id) }],
  shippedorder: (from, id) => ['Order Shipped', { order_id: orderIdOf(from, id) }],
  deliveredorder: (from, id) => ['Order Delivered', { order_id: orderIdOf(from, id) }],
  cancelledorder: (from, id) => ['Order Cancelled', { order_id: orderIdOf(from, id) }],
  refundedorder: (from, id) => [
    'Order Refunded',
    known({ order_id: orderIdOf(from, id), total: valueOf(from), currency: currencyOf(from) }),
  ],
  startedcheckout: (from, id) => ['Checkout Started', cartOf(from, id)],
  checkoutstarted: (from, id) => ['Checkout Started', cartOf(from, id)],
  viewedproduct: (from) => ['Product Viewed', productOf(from)],
  unsubscribed: () => ['Consent Withdrawn', { source: 'import: klaviyo' }],
  unsubscribedfromemailmarketing: () => ['Consent Withdrawn', { source: 'import: klaviyo' }],
  subscribedtoemailmarketing: () => ['Consent Given', { source: 'import: klaviyo' }],
  markedemailasspam: () => ['Email Marked as Spam', {}],
  bouncedemail: (from) => [
    'Email Bounced',
    {
      bounce_type: /hard/i.test(textOf(named(from, 'bouncetype'))) ? 'Permanent' : 'Transient',
    },
  ],
};
type Told = [name: string, properties: Values];

export function klaviyoEvent(cells: Cells, reading: Reading): Made {
  const event = objectOf(cells['attributes']);
  const metric = included(cells, 'metric') ?? objectOf(cells['metric']);
  const name = plain(textOf(metric['name'] ?? event['metric_name'] ?? event['metric']));
  if (name === '') return 'metric: wanted its name; export events with include=profile,metric';
  const make = Object.hasOwn(EVENTS, name) ? EVENTS[name] : undefined;
  if (!make) return [];
  const person = included(cells, 'profile') ?? objectOf(cells['profile']);
  const who = whoOf(named(person, 'externalid'), named(person, 'email'));
  if (!who) return `profile: ${WHO_WANTED}; export events with include=profile,metric`;
  const at = reading.momentOf(event['datetime'] ?? event['timestamp']);
  if (!isPast(at, reading)) return `datetime: wanted ${DATE_WANTED}`;
  const id = textOf(cells['id'] ?? event['uuid']);
  const from = objectOf(event['event_properties'] ?? event['properties']);
  const [ours, properties] = make(from, id);
  return [track(ours, { who, at }, properties)];
}

/** What a relationship points to among the page's `included`. */
function included(cells: Cells, type: 'metric' | 'profile'): Values | undefined {
  const { id } = objectOf(objectOf(objectOf(cells['relationships'])[type])['data']);
  const all = cells['included'];
  if (id === undefined || !Array.isArray(all)) return undefined;
  const found = all.map(objectOf).find((each) => each['type'] === type && each['id'] === id);
  return found && objectOf(found['attributes']);
}

const valueOf = (from: Values): unknown =>
  from['$value'] ?? named(from, 'value', 'total', 'totalprice');
const currencyOf = (from: Values): unknown =>
  from['$value_currency'] ?? from['$currency_code'] ?? named(from, 'currency', 'currencycode');
const orderIdOf = (from: Values, id: string): unknown =>
  named(from, 'orderid', 'ordernumber') ?? from['$event_id'] ?? id;

const orderOf = (from: Values, id: string): Values =>
  known({
    order_id: orderIdOf(from, id),
    total: valueOf(from),
    currency: currencyOf(from),
    products: linesOf(from),
  });

const cartOf = (from: Values, id: string): Values =>
  known({
    cart_id: named(from, 'checkoutid', 'cartid', 'token') ?? from['$event_id'] ?? id,
    currency: currencyOf(from),
    url: named(from, 'checkouturl', 'url'),
    products: linesOf(from),
  });

function linesOf(from: Values): Values[] {
  const extra = objectOf(from['$extra'] ?? from['extra']);
  const all = extra['line_items'] ?? from['Items'] ?? from['items'];
  // A list of names alone tells no product.
  return Array.isArray(all)
    ? all
        .map((each) => productOf(objectOf(each)))
        .filter((line) => line['product_id'] !== undefined)
    : [];
}

const productOf = (from: Values): Values =>
  known({
    product_id: named(from, 'productid', 'sku', 'itemid', 'id'),
    name: named(from, 'productname', 'title', 'name'),
    quantity: named(from, 'quantity'),
    price: named(from, 'itemprice', 'price'),
    url: named(from, 'producturl', 'url'),
    image_url: named(from, 'imageurl', 'image'),
    brand: named(from, 'brand', 'vendor'),
    category: named(from, 'category'),
    variant: named(from, 'varianttitle', 'variantname'),
  });
