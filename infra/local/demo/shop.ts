/** The demonstration: a made-up shop's year as events, and what its customers do with the mails. */
import { DAY_MS, type Instant, MINUTE_MS } from '../../../functions/contract/time.ts';
import { type Cart, lifeOf } from './life.ts';
import { type Person, peopleOf } from './people.ts';
import { type DemoMail, type Reaction, reactionsOf } from './reactions.ts';
import { type Batch, batched } from './segment.ts';

export type DemoOptions = {
  seed?: string;
  start?: Instant;
  days?: number;
  customers?: number;
  /** Events within so long arrive together, as from a shop that sends in batches. */
  batchMs?: number;
};

/** 13 months from a fixed day: two Novembers, and the same mails whenever it runs. */
export const DEMO_START: Instant = Date.UTC(2025, 9, 1);
export const DEMO_DAYS = 396;
/** Enough that every journey speaks within weeks, few enough for three minutes on two cores. */
export const DEMO_CUSTOMERS = 210;
const BATCH_MS = 30 * MINUTE_MS;

export type Demo = {
  /** By time; pure, so that it can be walked again. */
  batches(): Iterable<Batch>;
  /** What follows a mail; nothing for an address that is not of this shop. */
  reactTo(mail: DemoMail): Reaction[];
  events: number;
  start: Instant;
  end: Instant;
};

/** Equal options make equal shops. Takes some tens of milliseconds. */
export function makeDemo(options: DemoOptions = {}): Demo {
  const { seed = '1', start = DEMO_START, days = DEMO_DAYS, customers = DEMO_CUSTOMERS } = options;
  const end = start + days * DAY_MS;
  const lives = peopleOf(seed, customers, { start, days }).map((person) => ({
    person,
    ...lifeOf(seed, person, end),
  }));
  const events = lives.flatMap((life) => life.events);
  const byAddress = new Map<string, { person: Person; carts: Cart[] }>();
  for (const life of lives) if (life.person.email) byAddress.set(life.person.email, life);
  return {
    batches: () => batched(events, options.batchMs ?? BATCH_MS),
    reactTo: (mail) => {
      const life = byAddress.get(mail.to);
      return life ? reactionsOf(seed, life.person, life.carts, mail) : [];
    },
    events: events.length,
    start,
    end,
  };
}

/** The shop's events by time of arrival. */
export const demoShop = (options: DemoOptions = {}): Iterable<Batch> => makeDemo(options).batches();
