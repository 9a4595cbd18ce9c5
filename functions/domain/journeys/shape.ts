/**
 * What may stand in a `journey.yaml`: the zod schemas behind the check, and behind the published
 * JSON Schema (templates/journey.schema.json) by which editors complete and underline.
 * Each message finishes the sentence "wanted …".
 */
import * as z from 'zod';
import { COUPON_DAYS_MAX, COUPON_PREFIX } from '../../contract/coupons.ts';
import { EVENT_NAMES, SET_ASIDE } from '../../contract/events.ts';
import { EXPIRES_MAX_DAYS, STEPS_MAX, TRIGGERS } from '../../contract/journeys.ts';
import { TOPICS } from '../../contract/messages.ts';

/** Events that a journey may put on the bus. The others are facts, which only the shop may state. */
export const EMITTED_EVENTS = ['Churn Risk Changed', 'Detractor Reported'] as const;

/** What no fact remembers; a rule about it would never fire. */
const FORGOTTEN: readonly string[] = [
  ...EMITTED_EVENTS,
  'Preferences Updated',
  'Reason Given',
  ...SET_ASIDE,
  'alias',
  'Email Delivered',
  'Email Opened',
  'Email Link Clicked',
];
const CANCEL_EVENTS = EVENT_NAMES.filter((name) => !FORGOTTEN.includes(name));

export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;

const oneOf = <const T extends readonly string[]>(values: T) =>
  z.enum(values, { error: `one of ${values.join(', ')}` });

const duration = z
  .string({ error: 'a duration such as P7D or PT4H' })
  .regex(
    /^P(?!$)(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$/,
    'a duration of weeks, days, hours, minutes, such as P7D or PT4H',
  );

const condition = z
  .string({ error: 'a condition in quotes, such as "customer.orders_count >= 2"' })
  .describe('Liquid condition: == != > < >= <= contains and or');

const stepId = z
  .string({ error: 'an id for the step' })
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'an id of small letters, digits and -, at most 40')
  .describe('Never renamed and never used again for something else: messages are known by it.');

const priority = z
  .int({ error: 'a whole number from 0 to 100' })
  .min(0, 'a whole number from 0 to 100')
  .max(100, 'a whole number from 0 to 100')
  .describe('The higher speaks first when two mails want the same day.');

const COUPON_DAYS = `a number of days from 1 to ${COUPON_DAYS_MAX}`;
const SHARE = 'a share from 0 to 1, or none';
const purpose = oneOf(['marketing', 'transactional']);
const topic = oneOf(TOPICS).describe('What a customer can leave without leaving everything.');

const waitOption = z.strictObject({
  for: duration,
  after: oneOf(['Order Shipped', 'Order Delivered'])
    .optional()
    .describe('Count from this event of the same order.'),
  when: condition.optional(),
});

const wait = z.strictObject({
  id: stepId,
  wait: z.union([duration, z.array(waitOption).min(1, 'at least one alternative')], {
    error: 'a duration such as P7D, or a list of alternatives {for, after, when}',
  }),
});

const waitUntil = z.strictObject({
  id: stepId,
  wait_until: z.strictObject(
    {
      at: z
        .string({ error: "a local time in quotes, such as '10:00'" })
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "a local time in quotes, such as '10:00'"),
      weekday: oneOf(WEEKDAYS).optional(),
    },
    { error: "a map such as {at: '10:00', weekday: tuesday}" },
  ),
});

const coupon = z
  .strictObject(
    {
      percent: z
        .int({ error: 'a whole number from 1 to 100' })
        .min(1, 'a whole number from 1 to 100')
        .max(100, 'a whole number from 1 to 100')
        .optional(),
      amount: z
        .number({ error: 'an amount above 0 in the currency of the shop' })
        .positive('an amount above 0 in the currency of the shop')
        .optional(),
      valid_days: z
        .int({ error: COUPON_DAYS })
        .min(1, COUPON_DAYS)
        .max(COUPON_DAYS_MAX, COUPON_DAYS)
        .describe('Through the last of these days in the zone of the customer.'),
      prefix: z
        .string()
        .regex(COUPON_PREFIX, 'two to eight capitals and digits, such as OAK')
        .optional()
        .describe('What each code begins with.'),
    },
    { error: 'a map such as {percent: 10, valid_days: 14, prefix: OAK}' },
  )
  .refine(({ percent, amount }) => (percent === undefined) !== (amount === undefined), {
    error: 'either percent or amount',
  })
  .describe('A code of its own for each mail; its text shows it by the block coupon.');

const send = z.strictObject({
  id: stepId,
  send: z.string({ error: 'the name of a mail in this folder' }),
  when: condition.optional(),
  priority: priority.optional(),
  purpose: purpose.optional(),
  topic: topic.optional(),
  coupon: coupon.optional(),
});

const emit = z.strictObject({
  id: stepId,
  emit: z.strictObject(
    {
      event: oneOf(EMITTED_EVENTS),
      properties: z
        .record(
          z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, 'a name of small letters, digits and _'),
          z.union([z.string(), z.number(), z.boolean(), z.strictObject({ value: condition })], {
            error: 'a text, a number, true, false, or {value: feedback.score}',
          }),
        )
        .optional(),
    },
    { error: 'a map such as {event: Detractor Reported, properties: {…}}' },
  ),
});

const exit = z.strictObject({
  id: stepId,
  exit: z.literal(true, { error: 'true' }).describe('Ends the run here.'),
});

/** The published form knows what a step may be; the check looks at one step after the other. */
const published: z.ZodType = z.lazy(() =>
  z.union([wait, waitUntil, send, branchOf(published), emit, exit]),
);

const branchOf = <T extends z.ZodType>(step: T) =>
  z.strictObject({
    id: stepId,
    branch: z.strictObject(
      {
        when: condition,
        // oxlint-disable-next-line unicorn/no-thenable -- the file's own word; nothing awaits it.
        then: z.array(step, { error: 'a list of steps' }).min(1, 'at least one step'),
        else: z.array(step, { error: 'a list of steps' }).min(1, 'at least one step').optional(),
      },
      { error: 'a map such as {when: …, then: […], else: […]}' },
    ),
  });

/** By the key that says what a step does. */
export const STEP_SCHEMAS = {
  wait,
  wait_until: waitUntil,
  send,
  branch: branchOf(z.unknown()),
  emit,
  exit,
} as const;
export type StepKey = keyof typeof STEP_SCHEMAS;
export type StepFile = {
  [K in StepKey]: { kind: K } & z.infer<(typeof STEP_SCHEMAS)[K]>;
}[StepKey];

const journeyOf = <T extends z.ZodType>(step: T) =>
  z.strictObject({
    id: z.string().optional().describe('The name of the folder; may be left out.'),
    trigger: oneOf(TRIGGERS),
    condition: condition.optional().describe('Judged when the first step after the waits is due.'),
    once_per: oneOf(['order', 'cart', 'product', 'feedback', 'customer']).optional(),
    reentry: duration.optional().describe('At least so long between two starts for one customer.'),
    cancel_on: z
      .array(
        z.union(
          [z.strictObject({ event: oneOf(CANCEL_EVENTS) }), z.strictObject({ when: condition })],
          { error: `{event: …} with one of ${CANCEL_EVENTS.join(', ')}; or {when: …}` },
        ),
        { error: 'a list of {event: …} or {when: …}' },
      )
      .optional(),
    priority: priority.default(50),
    purpose,
    topic: topic.optional(),
    mode: oneOf(['off', 'shadow', 'live']).default('live'),
    holdout: z
      .union([z.number().min(0, SHARE).max(1, SHARE), z.literal('none')], { error: SHARE })
      .optional()
      .describe('Share that gets no mail, to measure lift. none: not measured at all.'),
    expires: duration.describe(
      `A mail later than this after its occasion is stale; at most P${EXPIRES_MAX_DAYS}D.`,
    ),
    steps: z
      .array(step, { error: 'a list of steps' })
      .min(1, 'at least one step')
      .max(STEPS_MAX, `at most ${STEPS_MAX} steps`),
  });

export const journeySchema = journeyOf(z.unknown());
export type JourneyFile = z.infer<typeof journeySchema>;

/** JSON Schema of a journey file, for editors. */
export const journeyJsonSchema = (): object => ({
  ...z.toJSONSchema(journeyOf(published), { io: 'input', reused: 'inline' }),
  title: 'Perennial journey',
});
