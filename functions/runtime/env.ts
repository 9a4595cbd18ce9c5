/** Reads environment variables once, at the start, and names the one that is missing or wrong. */
import { ENV } from '../contract/env.ts';
import { PerennialError } from '../contract/errors.ts';
import { normalAddress } from '../contract/ids.ts';
import { SECRET_CHARS_MIN, type Secrets } from '../contract/tokens.ts';

export type Env = Readonly<Record<string, string | undefined>>;
export type EnvName = keyof typeof ENV;

/** Checked by hand, not by zod: six of the eight bundles need no other parser, and zod weighs 90 KB. */
export const bad = (name: string, got: string, wanted: string): PerennialError =>
  new PerennialError(
    'bad-environment',
    `${name}: got ${got}, wanted ${wanted}. The stack sets it; deploy again or set it by hand.`,
  );

/** The variable's text; an unset or empty one stops the start. */
export function text(env: Env, name: EnvName): string {
  const value = env[ENV[name]];
  if (!value) throw bad(ENV[name], 'nothing', 'a value');
  return value;
}

/** The variable's text, or `undefined` when it is unset or empty. */
export const optionalText = (env: Env, name: EnvName): string | undefined =>
  env[ENV[name]] || undefined;

/** An http(s) address; the value is left out of the error, since a queue's address holds the account. */
export function url(env: Env, name: EnvName): string {
  const value = text(env, name);
  if (!URL.canParse(value) || !/^https?:/.test(value)) {
    throw bad(ENV[name], `${value.length} characters that are no address`, 'an http(s) address');
  }
  return value;
}

/** A number of at least `min`. */
export function number(env: Env, name: EnvName, min: number): number {
  const value = Number(text(env, name));
  if (!(value >= min)) throw bad(ENV[name], 'no such number', `a number of at least ${min}`);
  return value;
}

/** A number of at least `min`; undefined where the variable is unset or empty. */
export const optionalNumber = (env: Env, name: EnvName, min: number): number | undefined =>
  optionalText(env, name) === undefined ? undefined : number(env, name, min);

/** The stage's secret and, while it is rotated, the previous one. The error tells its length only. */
export function secrets(env: Env): Secrets {
  const current = text(env, 'secret');
  if (current.length < SECRET_CHARS_MIN) {
    throw bad(ENV.secret, `${current.length} characters`, `at least ${SECRET_CHARS_MIN}`);
  }
  const previous = optionalText(env, 'previousSecret');
  return { current, ...(previous && { previous }) };
}

const HOOK_SECRETS = {
  shopify: ['shopifySecret', 'shopifyPreviousSecret'],
  woocommerce: ['woocommerceSecret', 'woocommercePreviousSecret'],
  stripe: ['stripeSecret', 'stripePreviousSecret'],
} as const;

/**
 * Secrets of webhooks, of the makers that have one. How long a secret is its maker decides; what is too short to
 * be one stops the start, since anybody could guess it.
 */
export function hookSecrets(env: Env): { [maker in keyof typeof HOOK_SECRETS]?: Secrets } {
  const pairs = Object.entries(HOOK_SECRETS).flatMap(([maker, [name, before]]) => {
    const current = optionalText(env, name);
    if (current === undefined) return [];
    if (current.length < HOOK_SECRET_CHARS_MIN) {
      throw bad(ENV[name], `${current.length} characters`, `at least ${HOOK_SECRET_CHARS_MIN}`);
    }
    const previous = optionalText(env, before);
    return [[maker, { current, ...(previous && { previous }) }]];
  });
  return Object.fromEntries(pairs);
}

/** Shopify's have 32 characters or more, Stripe's 38; WooCommerce takes what the shop types. */
const HOOK_SECRET_CHARS_MIN = 16;

/** Addresses that a stage may mail: nobody when unset, everybody for `*`. */
export function allowList(env: Env): '*' | string[] {
  const entries = (optionalText(env, 'allowList') ?? '').split(',').map(normalAddress);
  return entries.includes('*') ? '*' : entries.filter((entry) => entry !== '');
}

/** Pairs of dead-letter queue and the queue that it belongs to: `dlqUrl=queueUrl,...`, both URL-encoded. */
export function deadLetterQueues(env: Env): { deadLetterUrl: string; queueUrl: string }[] {
  const pairs = text(env, 'deadLetterQueues').split(',');
  return pairs.map((pair) => {
    const [deadLetterUrl, queueUrl] = pair.split('=').map(decodeURIComponent);
    if (!deadLetterUrl || !queueUrl) {
      throw bad(ENV.deadLetterQueues, 'a part without =', 'pairs dlqUrl=queueUrl, URL-encoded');
    }
    return { deadLetterUrl, queueUrl };
  });
}
