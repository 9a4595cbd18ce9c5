/** How long rows are kept, in seconds since 1970 as DynamoDB's time to live wants it. */
import { BROWSE_EVENTS, type CustomerEvent } from './events.ts';
import { DAY_MS, type Instant } from './time.ts';

/** Attribute of both tables that DynamoDB reads as the end of a row's life. */
export const TTL_ATTRIBUTE = 'ttl';

/** Orders are what intervals are learned from, consents are what we must be able to prove. */
const LONG_DAYS = 5 * 366;
/** Looking around says something for a season. */
const BROWSING_DAYS = 92;
/** The same season next year, and a month to look at it. */
const OTHER_DAYS = 396;
/** A sender's mistake is mended within days, or never. */
const REJECT_DAYS = 30;
/**
 * Parts of models that nobody names any more vanish with this. `learn` publishes at least weekly, so a part
 * that is in use is never so old; and it stands still for a whole quarter before a model is lost.
 */
const MODEL_PART_DAYS = 92;
/**
 * What is left of a removed draft, its version: an editor that was open for so long is told that it is
 * outdated. What is published has no end: a release is some 100 KB, and its mails may be asked about.
 */
const REMOVED_DRAFT_DAYS = 92;
/** Events of a day are counted for its limit, and looked at on the next when something was limited. */
const EVENT_COUNT_DAYS = 3;
/** `learn` takes a date's baskets two to seven nights later; a week more for it to be mended. */
export const BASKETS_DAYS = 14;

const BROWSING = new Set([...BROWSE_EVENTS, 'Product Added', 'Product Removed', 'page', 'screen']);

const keptDays = ({ name, profile }: CustomerEvent): number => {
  if (name.startsWith('Order ') || name.startsWith('Consent ')) return LONG_DAYS;
  if (name === 'identify' && profile?.marketingConsent !== undefined) return LONG_DAYS;
  return BROWSING.has(name) ? BROWSING_DAYS : OTHER_DAYS;
};

const ttlAfter = (at: Instant, days: number): number => Math.ceil((at + days * DAY_MS) / 1000);

/** End of life of a log row, counted from `receivedAt`: an imported old order lives as long as a new one. */
export const logTtl = (event: CustomerEvent): number => ttlAfter(event.receivedAt, keptDays(event));
/** End of life of a refused event's row. */
export const rejectTtl = (at: Instant): number => ttlAfter(at, REJECT_DAYS);
/** End of life of a part of a model. */
export const modelPartTtl = (at: Instant): number => ttlAfter(at, MODEL_PART_DAYS);
/** End of life of what is left of a removed draft. */
export const removedDraftTtl = (at: Instant): number => ttlAfter(at, REMOVED_DRAFT_DAYS);
/** End of life of gathered baskets. */
export const basketsTtl = (at: Instant): number => ttlAfter(at, BASKETS_DAYS);
/** End of life of the counters of a day's events. */
export const eventCountTtl = (day: string): number => ttlAfter(Date.parse(day), EVENT_COUNT_DAYS);
