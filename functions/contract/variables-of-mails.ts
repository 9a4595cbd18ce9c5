/** What only mails may say, beside what conditions ask too; and what of lists each item has. */

export type VariableDoc = {
  type: 'text' | 'number' | 'boolean' | 'time' | 'money' | 'list';
  meaning: string;
  example: string;
  /** Present only where the trigger is about such a thing. */
  about?: 'order' | 'cart' | 'product' | 'feedback' | 'view';
};

/** Only in mails. */
export const MAIL_VARIABLES: Readonly<Record<string, VariableDoc>> = {
  'customer.first_name': {
    type: 'text',
    meaning: 'may be absent: greet without it',
    example: 'Rūta',
  },
  'shop.name': { type: 'text', meaning: 'from the settings', example: 'Amber & Oak' },
  'shop.address': { type: 'text', meaning: 'postal address', example: '1 High Street, Vilnius' },
  'shop.url': { type: 'text', meaning: 'https', example: 'https://shop.example.com' },
  'order.lines': {
    type: 'list',
    meaning: 'name, quantity, price, image_url, url',
    example: '[…]',
    about: 'order',
  },
  'cart.lines': {
    type: 'list',
    meaning: 'name, quantity, price, image_url, url',
    example: '[…]',
    about: 'cart',
  },
  'cart.url': { type: 'text', meaning: 'back to the cart', example: 'https://…', about: 'cart' },
  'product.name': { type: 'text', meaning: 'name', example: 'Amber ring', about: 'product' },
  'product.url': { type: 'text', meaning: 'https', example: 'https://…', about: 'product' },
  'product.origin': {
    type: 'text',
    meaning: 'where it is from',
    example: 'Lithuania',
    about: 'product',
  },
  'product.material': {
    type: 'text',
    meaning: 'of what it is',
    example: 'silver',
    about: 'product',
  },
  'product.certificate_url': {
    type: 'text',
    meaning: 'what proves it',
    example: 'https://…',
    about: 'product',
  },
  'product.story_image_url': {
    type: 'text',
    meaning: 'how it is made',
    example: 'https://…',
    about: 'product',
  },
  'reorder.due_at': {
    type: 'time',
    meaning: 'the day on which it is likely to be bought again; absent while no model can tell',
    example: '2026-07-04T00:00:00.000Z',
    about: 'product',
  },
  'reorder.from': {
    type: 'time',
    meaning: 'four of five such days lie between this one',
    example: '2026-07-01T00:00:00.000Z',
    about: 'product',
  },
  'reorder.until': {
    type: 'time',
    meaning: 'and this one',
    example: '2026-07-13T00:00:00.000Z',
    about: 'product',
  },
  'product.image_url': { type: 'text', meaning: 'https', example: 'https://…', about: 'product' },
  recommendations: {
    type: 'list',
    meaning:
      'marketing mails only: name, url, image_url, price, currency, and why: reason (a code), because (the ' +
      'name of another product), attribute and value',
    example: '[…]',
  },
  'coupon.code': {
    type: 'text',
    meaning: 'of this mail alone; where its step has `coupon`',
    example: 'OAK-7KQM-4TXD-HN9W',
  },
  'coupon.percent': { type: 'number', meaning: 'off the order; else amount', example: '10' },
  'coupon.amount': { type: 'money', meaning: 'off the order; else percent', example: '5.00' },
  'coupon.currency': { type: 'text', meaning: 'of the amount', example: 'EUR' },
  'coupon.issued_at': {
    type: 'time',
    meaning: 'from when on it counts',
    example: '2026-06-10T07:00:00.000Z',
  },
  'coupon.expires_at': {
    type: 'time',
    meaning: 'the end of its last day, in the zone of the customer',
    example: '2026-06-24T20:59:59.999Z',
  },
  'links.unsubscribe': { type: 'text', meaning: 'page to leave', example: 'https://…' },
  'links.survey': {
    type: 'text',
    meaning: 'survey page; ?score=9 preselects, &survey=csat, ces or yes-no asks another question',
    example: 'https://…',
  },
  'links.preferences': {
    type: 'text',
    meaning: 'page to choose topics, a pause of 30 days, and the language',
    example: 'https://…',
  },
  'links.review': { type: 'text', meaning: 'public review page of the shop', example: 'https://…' },
  'links.referral': {
    type: 'text',
    meaning: 'the shop, with a mark of who passed it on; we never mail the friend',
    example: 'https://…',
  },
  'links.shop': { type: 'text', meaning: "the shop's home page", example: 'https://…' },
};

/** Fields of one item of `order.lines` and `cart.lines`; in mails the item is called `line`. */
export const LINE_VARIABLES: readonly string[] = [
  'name',
  'quantity',
  'price',
  'currency',
  'variant',
  'image_url',
  'url',
];
