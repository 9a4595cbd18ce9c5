/**
 * Identifiers. All are SHA-256, cut to 128 bits, as 22 characters of base64url: safe in SES tags,
 * DynamoDB keys and links, and the same on every machine. Chance, too, is a hash: see `share`.
 */
import { hash } from 'node:crypto';

/** Separates hashed parts, so that ('ab','c') and ('a','bc') differ. It cannot occur in ids. */
const SEPARATOR = '\u001f';

/** 22 characters of base64url (128 bits) from any number of text parts. */
export const hashId = (...parts: readonly string[]): string =>
  hash('sha256', parts.join(SEPARATOR), 'base64url').slice(0, 22);

/** A number in [0, 1), evenly spread, fixed by its parts: the only source of chance in the kernel. */
export const share = (...parts: readonly string[]): number =>
  Number.parseInt(hash('sha256', parts.join(SEPARATOR), 'hex').slice(0, 8), 16) / 2 ** 32;

/** What identifies a customer outside: the shop's id, an address, a browser, a loyalty card. */
export type AliasKind = 'user' | 'email' | 'anonymous' | 'card';

/** Addresses are compared trimmed and in lower case, exactly; nothing is guessed (no dots, no +tags). */
export const normalAddress = (address: string): string => address.trim().toLowerCase();

/** The hashed alias: partition of its events in the log, and `customerId` while it is the oldest alias. */
export const aliasId = (kind: AliasKind, value: string): string =>
  hashId('alias', kind, kind === 'email' ? normalAddress(value) : value.trim());

const KIND_LETTERS = { user: 'u', email: 'e', anonymous: 'a', card: 'c' } as const;
const KINDS = Object.keys(KIND_LETTERS) as AliasKind[];

/** A hashed alias with its kind before it, one letter: what tells known customers from browsers. */
export const aliasLink = (kind: AliasKind, value: string): string =>
  `${KIND_LETTERS[kind]}${aliasId(kind, value)}`;
/** The hashed alias of a link. */
export const aliasOfLink = (link: string): string => link.slice(1);
/** `undefined` for text that is no link. */
export const kindOfLink = (link: string): AliasKind | undefined =>
  KINDS.find((kind) => link.startsWith(KIND_LETTERS[kind]));

/** At most this many aliases are one customer: more is a shared account or a loop in the sender. */
export const ALIASES_MAX = 32;

/** The id of a message: one mail for one customer, journey, step and occasion, ever. */
export const messageId = (customer: string, journey: string, step: string, occasion: string) =>
  hashId('message', customer, journey, step, occasion);

/** The id of an event that `decide` emits: the hash of its cause and its place among the emits. */
export const emitId = (cause: string, index: number): string =>
  hashId('emit', cause, String(index));
