/** Made-up customers: no person of these names is meant, and example.com takes no mail. */
import { DAY_MS, type Instant } from '../../../functions/contract/time.ts';
import { CATALOGUE, type CatalogueProduct } from './catalogue.ts';
import type { Actor } from './segment.ts';
import { type Random, randomOf } from './random.ts';

export type Person = {
  id: string;
  actor: Actor;
  email?: string;
  firstName?: string;
  lastName?: string;
  country: string;
  /** Told to the shop by some; the country stands in for the rest. */
  zone?: string;
  locale: string;
  /** Hours ahead of UTC in winter: only to make them buy by day. */
  utcHours: number;
  trade: boolean;
  /** Mostly buys over the counter. */
  inStore: boolean;
  consent?: boolean;
  joinedAt: Instant;
  /** 0 to 1: survey scores, refunds and complaints follow from it. */
  happiness: number;
  /** Mean days between orders of jewellery. */
  gapDays: number;
  /** Orders of jewellery until they lapse, 0 for those who only look. */
  orders: number;
  taste: { material: string; stone: string; style: string };
  /** What they use up, and buy again. */
  uses: CatalogueProduct[];
};

type Land = readonly [string, string, string, number, readonly string[], readonly string[]];

// country, zone, locale, winter hours ahead of UTC, first names, last names
const LANDS: readonly (readonly [Land, number])[] = [
  [
    [
      'LT',
      'Europe/Vilnius',
      'lt-LT',
      2,
      ['Rūta', 'Eglė', 'Jonas', 'Monika', 'Tomas', 'Austėja'],
      ['Kazlauskienė', 'Petrauskas', 'Žukaitė', 'Stankus'],
    ],
    34,
  ],
  [
    [
      'LV',
      'Europe/Riga',
      'lv-LV',
      2,
      ['Līga', 'Anna', 'Jānis', 'Ilze'],
      ['Bērziņa', 'Kalniņš', 'Ozola'],
    ],
    10,
  ],
  [['EE', 'Europe/Tallinn', 'et-EE', 2, ['Kadri', 'Mari', 'Jaan'], ['Tamm', 'Saar', 'Mägi']], 7],
  [
    [
      'PL',
      'Europe/Warsaw',
      'pl-PL',
      1,
      ['Zofia', 'Agnieszka', 'Paweł', 'Łucja'],
      ['Nowak', 'Wiśniewska', 'Zieliński'],
    ],
    11,
  ],
  [
    [
      'DE',
      'Europe/Berlin',
      'de-DE',
      1,
      ['Jürgen', 'Katrin', 'Sabine', 'Lukas'],
      ['Müller', 'Schäfer', 'Vogel', 'Weiß'],
    ],
    14,
  ],
  [
    [
      'FR',
      'Europe/Paris',
      'fr-FR',
      1,
      ['Hélène', 'Chloé', 'François'],
      ['Lefèvre', 'Moreau', 'Dubois'],
    ],
    6,
  ],
  [
    [
      'GB',
      'Europe/London',
      'en-GB',
      0,
      ['Imogen', 'Oliver', 'Freya'],
      ["O'Neill", 'Whitfield', 'Baker'],
    ],
    8,
  ],
  [
    [
      'US',
      'America/New_York',
      'en-US',
      -5,
      ['Grace', 'Hannah', 'Caleb'],
      ['Miller', 'Nguyen', 'Reyes'],
    ],
    5,
  ],
  [['US', 'America/Los_Angeles', 'en-US', -8, ['Maya', 'Ethan'], ['Lopez', 'Kim']], 2],
  [['JP', 'Asia/Tokyo', 'ja-JP', 9, ['美咲', '陽子'], ['佐藤', '高橋']], 2],
  [['AU', 'Australia/Sydney', 'en-AU', 10, ['Matilda', 'Jack'], ['Nolan', 'Hughes']], 1],
];

const STYLES = ['minimal', 'baltic', 'nature', 'classic', 'vintage'] as const;
const STONES = ['amber', 'none', 'pearl', 'sapphire', 'garnet', 'green amber'] as const;
const METALS = [
  ['silver 925', 6],
  ['gold 585', 3],
  ['bronze', 2],
] as const;

const consumables = (category: 'care' | 'trade') =>
  CATALOGUE.filter((product) => product.category === category);
const CARE = consumables('care');
const TRADE = consumables('trade');

const some = <T>(random: Random, list: readonly T[], count: number): T[] =>
  [...list]
    .map((item) => ({ item, place: random.next() }))
    .sort((a, b) => a.place - b.place)
    .slice(0, count)
    .map(({ item }) => item);

/** Visitors come last in the list: they browse without ever saying who they are. */
const VISITOR_SHARE = 0.06;

/** How many orders of jewellery someone makes before they lapse: most only one, as in most shops. */
function ordersOf(random: Random, trade: boolean): number {
  if (random.chance(0.08)) return 0;
  let orders = 1;
  while (orders < (trade ? 8 : 6) && random.chance(trade ? 0.72 : 0.46)) orders += 1;
  return orders;
}

function consentOf(random: Random): boolean | undefined {
  return random.weighted([
    [true, 76],
    [false, 8],
    [undefined, 16],
  ] as const);
}

/** Half of a year's customers were there from its first quarter on. */
const joined = (random: Random, start: Instant, days: number): Instant =>
  start +
  Math.floor((random.chance(0.5) ? random.next() * 0.25 : random.next() * 0.9) * days) * DAY_MS;

function usesOf(random: Random, trade: boolean): CatalogueProduct[] {
  if (trade) return some(random, TRADE, random.int(1, 3));
  return random.chance(0.3) ? some(random, CARE, random.chance(0.25) ? 2 : 1) : [];
}

/** The person with this number; the same for equal seeds, whoever else there is. */
export function personOf(
  seed: string,
  index: number,
  span: { start: Instant; days: number },
  visitor: boolean,
): Person {
  const random = randomOf(seed, 'person', String(index));
  const [country, zone, locale, utcHours, firsts, lasts] = random.weighted(LANDS);
  const trade = !visitor && random.chance(0.2);
  const inStore = !trade && !visitor && country === 'LT' && random.chance(0.45);
  const id = `${visitor ? 'visitor' : 'customer'}-${String(index + 1).padStart(4, '0')}`;
  const consent = visitor ? undefined : consentOf(random);
  const named = !visitor && random.chance(0.86);
  const withAddress = !visitor && !(inStore && random.chance(0.2));
  return {
    id,
    actor: visitor ? { anonymousId: id } : { userId: id },
    country,
    locale,
    utcHours,
    trade,
    inStore,
    ...(withAddress && { email: `${id}@example.com` }),
    ...(named && { firstName: random.pick(firsts), lastName: random.pick(lasts) }),
    ...(random.chance(0.4) && { zone }),
    ...(consent !== undefined && { consent }),
    joinedAt: joined(random, span.start, span.days),
    happiness: Math.min(1, Math.max(0, 0.76 + 0.2 * random.normal())),
    gapDays: trade ? random.int(25, 60) : random.int(35, 120),
    orders: visitor ? 0 : ordersOf(random, trade),
    taste: {
      material: random.weighted(METALS),
      stone: random.pick(STONES),
      style: random.pick(STYLES),
    },
    uses: visitor ? [] : usesOf(random, trade),
  };
}

export const peopleOf = (seed: string, count: number, span: { start: Instant; days: number }) =>
  Array.from({ length: count }, (_, index) =>
    personOf(seed, index, span, index >= count * (1 - VISITOR_SHARE)),
  );
