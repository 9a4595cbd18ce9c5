/** A visit to a public page, and what every page does with it first: read its token. */
import type { LogWriter } from './ports.ts';
import { type LinkToken, readToken, type Secrets, type TokenPurpose } from '../contract/tokens.ts';
import type { Instant } from '../contract/time.ts';

export type PageRequest = {
  method: string;
  params: Readonly<Record<string, string | undefined>>;
  query: Readonly<Record<string, string | undefined>>;
  body: Buffer;
};

export type PagesDeps = {
  log: LogWriter;
  secrets: Secrets;
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
