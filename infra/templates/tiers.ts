/**
 * Tiers of customers, from brand.yaml: what each begins with. Compiled into the mail as plain Liquid, so that a
 * mail keeps the tiers of its release, and what a customer has is asked at the moment of sending.
 */
import * as z from 'zod';

/** More steps than this, and nobody knows what they are for. */
const TIERS_MAX = 6;

export const tiersSchema = z
  .strictObject({
    /** What is counted: orders, or what was spent in the shop's currency. */
    by: z.enum(['orders', 'spent'], { error: 'orders or spent' }),
    levels: z
      .array(
        z.strictObject({
          id: z.string().regex(/^[a-z][a-z0-9_]{0,29}$/, 'a name such as friend'),
          from: z.number().positive('a number above 0'),
        }),
        { error: 'a list of {id, from}' },
      )
      .min(1, 'at least one tier')
      .max(TIERS_MAX, `at most ${TIERS_MAX} tiers`),
  })
  .refine(
    ({ levels }) => levels.every(({ from }, at) => at === 0 || from > (levels[at - 1]?.from ?? 0)),
    { error: 'tiers in order, each from more than the one before' },
  );
export type Tiers = z.infer<typeof tiersSchema>;

const COUNTED = { orders: 'customer.orders_count', spent: 'customer.total_spent' } as const;
const NAMES = ['tier_by', 'tier_name', 'tier_benefits', 'tier_next', 'tier_next_benefits'];

const assign = (name: string, value: string): string => `{% assign ${name} = ${value} %}`;
const words = (id: string, what: 'name' | 'benefits'): string => `'tier_${id}.${what}' | t`;

/**
 * Liquid that sets `tier_name`, `tier_benefits` (what the customer has), `tier_next`, `tier_next_benefits` and
 * `tier_missing` (what comes next, and how far it is); each is '' where there is none. On one line.
 */
export function tierLiquid(tiers: Tiers | undefined): string {
  const none = [...NAMES, 'tier_missing'].map((name) => assign(name, "''")).join('');
  if (!tiers) return none;
  const { by, levels } = tiers;
  const counted = COUNTED[by];
  const next = (level: Tiers['levels'][number] | undefined): string =>
    level === undefined
      ? ''
      : assign('tier_next', words(level.id, 'name')) +
        assign('tier_next_benefits', words(level.id, 'benefits')) +
        assign('tier_missing', `${level.from} | minus: tier_has`);
  const reached = levels.map(
    ({ id, from }, at) =>
      `tier_has >= ${from} %}${assign('tier_name', words(id, 'name'))}${assign('tier_benefits', words(id, 'benefits'))}${next(levels[at + 1])}`,
  );
  const branches = reached.toReversed().join('{% elsif ');
  const has = assign('tier_by', `'${by}'`) + assign('tier_has', `${counted} | default: 0`);
  return `${none}${has}{% if ${branches}{% else %}${next(levels[0])}{% endif %}`;
}
