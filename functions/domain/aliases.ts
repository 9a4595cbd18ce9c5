/**
 * Which aliases are one customer, and which never become one. Each alias is written as in `links` of an
 * event: the letter of its kind and its hash.
 */
import { ALIASES_MAX, aliasOfLink, kindOfLink } from '../contract/ids.ts';
import type { Customer } from './customer.ts';

export type Apart = 'aliases-full' | 'anonymous-shared';

const isKnown = (link: string): boolean => kindOfLink(link) !== 'anonymous';

/** All aliases of a customer, as one of them names it: an item that was never linked holds only itself. */
export const aliasesOf = ({ aliases }: Customer, named: string): readonly string[] =>
  aliases ?? [named];

/** Hashes of all partitions of the log that hold the customer's events. */
export const aliasIdsOf = ({ id, aliases = [] }: Customer): string[] => [
  ...new Set([id, ...aliases.map(aliasOfLink)]),
];

/** Those that an event says are this customer and that are not yet; nothing to look up in most events. */
export const newLinks = (links: readonly string[], { aliases }: Customer): string[] =>
  links.slice(1).filter((link) => !aliases?.includes(link));

/**
 * Why two who are told to be one stay two: `undefined` where they become one. Several people sit at one
 * browser, so a browser's id joins one known customer, the first, and never two.
 */
export function whyApart(
  mine: readonly string[],
  theirs: readonly string[],
  said: readonly [string, string],
): Apart | undefined {
  const both = new Set([...mine, ...theirs]);
  if (both.size > ALIASES_MAX) return 'aliases-full';
  const byBrowser = !said.every(isKnown);
  return byBrowser && mine.some(isKnown) && theirs.some(isKnown) ? 'anonymous-shared' : undefined;
}

/** Both, each once; the first customer's first. */
export const joinAliases = (mine: readonly string[], theirs: readonly string[]): string[] => [
  ...new Set([...mine, ...theirs]),
];

/**
 * The older of two customers keeps its id: the one that is stored, else `a`; of two stored the one whose facts
 * reach back further, of equals the one whose id sorts first. Nothing is stored for it, and any answer would
 * be right, as long as it is one.
 */
export function elder(a: Customer, b: Customer): Customer {
  if (b.version === 0) return a;
  if (a.version === 0) return b;
  const [ageA, ageB] = [sinceOf(a), sinceOf(b)];
  if (ageA !== ageB) return ageA < ageB ? a : b;
  return a.id < b.id ? a : b;
}

/** The earliest that the facts still tell. */
function sinceOf({ facts }: Customer): number {
  const { profile, identified, orders, sealed, carts, feedback, views } = facts;
  return Math.min(
    ...Object.values(profile).map((field) => field[1]),
    ...[identified?.at, sealed?.firstAt].filter((at) => at !== undefined),
    ...orders.flatMap(({ placed }) => (placed ? [placed.at] : [])),
    ...carts.map(({ last }) => last.at),
    ...feedback.map(({ at }) => at),
    ...views.map(({ at }) => at),
  );
}

/** True when rows of the ledger may lie under this customer's id. */
export const hasPlanned = ({ runtime }: Customer): boolean =>
  runtime.recent.length > 0 || Object.keys(runtime.done).length > 0 || runtime.starts.length > 0;
