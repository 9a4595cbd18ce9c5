/** A visit to a public page, and what every page does with it first: read its token. */
import type { LogWriter } from './ports.ts';
import { CLOCK_AHEAD_MAX_MS } from '../contract/events.ts';
import type { Gate, Topic } from '../contract/messages.ts';
import type { Settings } from '../contract/settings.ts';
import { type LinkToken, readToken, type Secrets, type TokenPurpose } from '../contract/tokens.ts';
import type { Instant } from '../contract/time.ts';
import type { Customer } from '../domain/customer.ts';

export type PageRequest = {
  method: string;
  params: Readonly<Record<string, string | undefined>>;
  query: Readonly<Record<string, string | undefined>>;
  body: Buffer;
  /** As the page shows them to this visitor. */
  words: PageWords;
};

/** What people agree to is kept as they read it; it comes from our own texts, never from the form. */
export type PageWords = {
  /** BCP 47. */
  language: string;
  quote: string;
  undo: string;
  topics: Readonly<Record<Topic, string>>;
};

/** Who the link is about, as known now, whoever they were merged into since. */
export type Person = { customer: Customer; gate: Gate };

export type PagesDeps = {
  log: LogWriter;
  people: { look(customerId: string): Promise<Person> };
  secrets: Secrets;
  /** The shop's settings that decide who may be mailed without having said so. */
  bases(): Pick<Settings, 'assumeConsent' | 'shop'>;
  now(): Instant;
  count(name: string, value?: number): void;
};

/** What a page could not do. */
export type Refused = { kind: 'refused'; why: 'link' | 'expired' | 'method' | 'too-large' };

/** A form of ours is below 4 KB: a score and a comment of 1,000 characters. */
export const FORM_BYTES_MAX = 16 * 1024;

export type Visit = { changes: boolean; token: LinkToken } | Refused;

/**
 * Only POST changes anything: scanners, previews and prefetching fetch every link of a mail, some with
 * HEAD, and none of them is the customer.
 */
export function visit(deps: PagesDeps, request: PageRequest, purpose: TokenPurpose): Visit {
  const { method, params, body } = request;
  if (method !== 'GET' && method !== 'HEAD' && method !== 'POST') {
    return { kind: 'refused', why: 'method' };
  }
  if (body.length > FORM_BYTES_MAX) return { kind: 'refused', why: 'too-large' };
  const read = readToken(params['token'] ?? '', purpose, deps.secrets, deps.now());
  if (!read.ok) {
    deps.count('LinksRefused');
    return { kind: 'refused', why: read.reason === 'expired' ? 'expired' : 'link' };
  }
  return { changes: method === 'POST', token: read.token };
}

export const formOf = ({ body }: PageRequest): URLSearchParams =>
  new URLSearchParams(body.toString('utf8'));

/**
 * When an act counts that opens again what the person left: after that, even where another machine, whose
 * clock is a little ahead, took the leaving. At equal times the leaving would win.
 */
export function afterLeaving(now: Instant, { customer, gate }: Person): Instant {
  const left = [...Object.values(gate.withdrawn), ...customer.facts.consent.withdrawn];
  const latest = Math.max(...left.map(({ at }) => at), Number.NEGATIVE_INFINITY);
  return latest >= now && latest - now <= CLOCK_AHEAD_MAX_MS ? latest + 1 : now;
}
