/**
 * What a shop decides, per stage. The defaults carry their reason; `infra/config.ts` holds the shop's values.
 */
import * as z from 'zod';

const zone = z.string().refine(
  (value) => {
    try {
      new Intl.DateTimeFormat('en', { timeZone: value });
      return true;
    } catch {
      return false;
    }
  },
  { error: 'wanted an IANA time zone such as Europe/Vilnius' },
);
const localTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'wanted a local time such as 20:00');
const part = z.number().min(0).max(1);

export const settingsSchema = z.strictObject({
  shop: z.strictObject({
    name: z.string().min(1).max(80),
    /** The shop's own zone: the last resort for a customer's. */
    zone,
    country: z.string().regex(/^[A-Z]{2}$/),
    currency: z.string().regex(/^[A-Z]{3}$/),
    locale: z.string().default('en'),
    /** Postal address for the foot of each marketing mail; required by CAN-SPAM and others. */
    address: z.string().min(5).max(200),
    url: z.url({ protocol: /^https$/ }),
    /** Where review invitations lead. */
    reviewUrl: z.url({ protocol: /^https$/ }).optional(),
  }),
  sender: z.strictObject({
    from: z.email(),
    fromName: z.string().min(1).max(80),
    replyTo: z.email(),
  }),
  /**
   * One voice. A mail a day and two a week: above that unsubscribes outgrow orders in most shops. The gap
   * is a week at most: claims are remembered that long.
   */
  pace: z
    .strictObject({
      gapHours: z.number().int().min(0).max(168).default(24),
      perDay: z.number().int().min(1).max(10).default(1),
      perWeek: z.number().int().min(1).max(30).default(2),
    })
    .prefault({}),
  /** No mail in the evening and at night: it would be the phone that rings. Equal times switch it off. */
  quietHours: z
    .strictObject({ start: localTime.default('20:00'), end: localTime.default('08:00') })
    .prefault({}),
  holdout: z
    .strictObject({
      /** Share that gets no measured marketing at all; 0, since each journey already has its own. */
      global: part.default(0),
      /** Share of each measured journey, where its file says nothing: a tenth is enough to see lift in months. */
      journey: part.default(0.1),
      /** Changing it draws new groups. */
      salt: z.string().default('1'),
    })
    .prefault({}),
  /**
   * P(at least one order within `horizonDays`) below `medium` or `high` is that risk. A quarter is a
   * horizon that shops plan by.
   */
  churn: z
    .strictObject({
      horizonDays: z.number().int().min(7).max(365).default(90),
      medium: part.default(0.5),
      high: part.default(0.2),
    })
    .refine(({ medium, high }) => high < medium, { error: 'wanted high below medium' })
    .prefault({}),
  reorder: z
    .strictObject({
      /** The nudge goes out so long before the due date: time for a mail to be read and a parcel to come. */
      leadDays: z.number().int().min(0).max(30).default(3),
    })
    .prefault({}),
  /** Product ids that marketers want first, or never, in recommendations. */
  recommend: z
    .strictObject({
      pinned: z.array(z.string().min(1)).max(100).default([]),
      excluded: z.array(z.string().min(1)).max(10_000).default([]),
    })
    .prefault({}),
  /** A customer with a bad score hears no offers for so long: first mend, then sell. */
  detractorPauseDays: z.number().int().min(0).max(365).default(30),
  /** Occasions before this moment never mail (ISO 8601); set when a shop goes live on its history. */
  goLiveAt: z.iso.datetime().optional(),
  /**
   * The date on which the shop confirmed the table of legal bases (`contract/legal-bases.ts`) for its countries.
   * Prod sends only with one that is not older than the table's newest row.
   */
  legalBasesConfirmed: z.iso.date().optional(),
  /** Only in the local run with `--orders`: consent is taken as given, and the pages say so. */
  assumeConsent: z.boolean().default(false),
  /** Per journey: `off`, `shadow`, `live`; missing ones take the journey file's `mode`. */
  modes: z.record(z.string(), z.enum(['off', 'shadow', 'live'])).default({}),
  /** Upper bound of every journey's mode: the first prod deployment starts in `shadow`. */
  modeCeiling: z.enum(['off', 'shadow', 'live']).default('live'),
});
export type Settings = z.infer<typeof settingsSchema>;
export type SettingsInput = z.input<typeof settingsSchema>;
