/** Which column of a file is which, by its names: guessed, shown, and overridden with `--map`. */
import { CommandRefused } from '../command.ts';
import type { Cells } from './records.ts';

const words = (text: string): readonly string[] => text.split(' ');

const WHO = {
  customer_id: words(
    'customerid customer custid customernumber customerno clientid userid user buyerid memberid shopperid accountid externalid',
  ),
  email: words('email customeremail emailaddress mail billingemail contactemail buyeremail'),
};
const DATE = words(
  'date datetime createdat orderdate orderdatetime invoicedate purchasedate purchasedat transactiondate processedat paidat placedat orderedat timestamp time day datecreated',
);
const LINES = {
  item: words(
    'item itemid sku stockcode productid product variantid lineitemsku itemsku articleid article productcode lineitemname',
  ),
  title: words('title description lineitemname productname producttitle itemname product name'),
  quantity: words('quantity qty lineitemquantity units pieces itemquantity'),
  price: words('unitprice price itemprice lineitemprice productprice'),
  category: words('category producttype productcategory'),
  brand: words('brand vendor lineitemvendor'),
  variant: words('variant varianttitle variantname'),
  currency: words('currency currencycode ordercurrency'),
};

/** Names that shops' exports use, letters and digits alone, best first; a column is taken once. */
export const COLUMNS_OF = {
  orders: {
    order_id: words(
      'orderid order ordernumber orderno invoiceno invoice invoiceid invoicenumber transactionid receiptid basketid name',
    ),
    ...WHO,
    date: DATE,
    total: words(
      'total ordertotal totalamount totalprice orderamount ordervalue grandtotal amount revenue value spend',
    ),
    ...LINES,
    status: words('status orderstatus financialstatus paymentstatus'),
    cancelled_at: words('cancelledat canceledat datecancelled'),
    shipped_at: words('shippedat fulfilledat dateshipped'),
    delivered_at: words('deliveredat datedelivered'),
    refunded: words('refundedamount refunded totalrefunded refundtotal amountrefunded'),
    refunded_at: words('refundedat daterefunded'),
    channel: words('channel saleschannel source'),
    gift: words('gift isgift'),
    country: words('countrycode country billingcountry shippingcountry'),
  },
  carts: {
    cart_id: words('cartid cart checkoutid checkouttoken token basketid id'),
    ...WHO,
    date: [...words('updatedat lastupdated abandonedat'), ...DATE],
    ...LINES,
    url: words('carturl url checkouturl abandonedcheckouturl recoveryurl'),
    completed_at: words('completedat orderedat recoveredat'),
  },
  customers: {
    ...WHO,
    customer_id: [...WHO.customer_id, 'id'],
    first_name: words('firstname givenname name first'),
    last_name: words('lastname surname familyname last'),
    phone: words('phone phonenumber mobile telephone'),
    locale: words('locale language lang'),
    timezone: words('timezone tz'),
    country: words('countrycode country billingcountry defaultaddresscountrycode'),
    consent: words(
      'marketingconsent acceptsemailmarketing acceptsmarketing consent emailconsent newsletter optin emailmarketingconsent subscribed',
    ),
    consent_at: words('consentat consentdate optinat optindate subscribedat consenttimestamp'),
    topic: words('topic list'),
    source: words('source consentsource optinsource'),
    date: words('updatedat createdat datecreated registeredat date'),
  },
  consents: {
    ...WHO,
    consent: words(
      'consent marketingconsent status acceptsmarketing subscribed optin emailconsent state',
    ),
    consent_at: words(
      'consentat consentdate optinat optindate subscribedat consenttimestamp date timestamp at time',
    ),
    topic: words('topic list'),
    source: words('source consentsource optinsource method'),
    wording: words('wording text consenttext'),
  },
} as const;

export type Kind = keyof typeof COLUMNS_OF;
export const KINDS = Object.keys(COLUMNS_OF) as Kind[];

/** Our name -> the file's. */
export type Mapping = ReadonlyMap<string, string>;

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');

/** The file's columns by our names. `given` are the texts of `--map ours=theirs`; they come first. */
export function mappingOf(
  kind: Kind,
  columns: readonly string[],
  given: readonly string[] = [],
): Mapping {
  const known: { readonly [column: string]: readonly string[] } = COLUMNS_OF[kind];
  const mapping = new Map<string, string>();
  const taken = new Set<string>();
  for (const text of given) {
    const [ours = '', theirs = ''] = [text.split('=')[0], text.slice(text.indexOf('=') + 1)];
    if (!Object.hasOwn(known, ours)) continue; // Another file's: see `checkMaps`.
    if (theirs !== '' && !columns.includes(theirs)) {
      const all = columns.map((name) => JSON.stringify(name)).join(', ');
      throw new CommandRefused(
        `--map ${text}: no column ${JSON.stringify(theirs)}; the file has ${all}`,
      );
    }
    mapping.set(ours, theirs);
    taken.add(theirs);
  }
  const names = columns.map(plain);
  for (const [ours, candidates] of Object.entries(known)) {
    if (mapping.has(ours)) continue;
    const found = candidates
      .map((name) => columns[names.indexOf(name)])
      .find((column) => column !== undefined && !taken.has(column));
    if (found === undefined) continue;
    mapping.set(ours, found);
    taken.add(found);
  }
  // `--map title=` takes a guess back.
  return new Map([...mapping].filter(([, theirs]) => theirs !== ''));
}

/** Refuses what names no column of any of the kinds. */
export function checkMaps(kinds: readonly Kind[], given: readonly string[]): void {
  for (const text of given) {
    const ours = text.split('=')[0] ?? '';
    if (text.includes('=') && kinds.some((kind) => Object.hasOwn(COLUMNS_OF[kind], ours))) continue;
    const all = [...new Set(kinds.flatMap((kind) => Object.keys(COLUMNS_OF[kind])))].join(', ');
    throw new CommandRefused(`--map ${text}: wanted OURS=THEIRS with ours one of ${all}`);
  }
}

const NEEDED: { readonly [kind in Kind]: readonly (readonly string[])[] } = {
  orders: [['customer_id', 'email'], ['date'], ['total', 'price']],
  carts: [['cart_id'], ['customer_id', 'email'], ['date']],
  customers: [['customer_id', 'email']],
  consents: [['customer_id', 'email'], ['consent']],
};

/** Refuses a file without what its kind cannot do without. */
export function checkColumns(
  file: string,
  kind: Kind,
  columns: readonly string[],
  mapping: Mapping,
): void {
  const missing = NEEDED[kind].filter((some) => !some.some((ours) => mapping.has(ours)));
  if (missing.length === 0) return;
  const wanted = missing.map((some) => some.join(' or ')).join(', ');
  const got = columns.map((name) => JSON.stringify(name.slice(0, 40))).join(', ');
  throw new CommandRefused(
    `${file}: no column for ${wanted}; got ${got || 'nothing'}. Name it: --map ${missing[0]?.[0]}=THEIRS`,
  );
}

/** For people: what is read as what, and what is not read. */
export function mappingLines(columns: readonly string[], mapping: Mapping): string[] {
  const used = [...mapping].map(([ours, theirs]) =>
    ours === theirs ? ours : `${ours} from ${JSON.stringify(theirs)}`,
  );
  const rest = columns.filter((name) => ![...mapping.values()].includes(name));
  return [
    `  columns: ${used.join('; ')}`,
    ...(rest.length > 0
      ? [`  not read: ${rest.map((name) => JSON.stringify(name)).join(', ')}`]
      : []),
  ];
}

/** A row by our names: what the columns hold, trimmed; absent where a cell is empty. */
export const read = (cells: Cells, mapping: Mapping, ours: string): unknown => {
  const column = mapping.get(ours);
  const value = column === undefined ? undefined : cells[column];
  if (typeof value !== 'string') return value ?? undefined;
  const text = value.trim();
  return text === '' ? undefined : text;
};
