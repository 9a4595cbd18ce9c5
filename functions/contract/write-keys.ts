/**
 * Write keys of the HTTP API: `<kind>_<number>_<mac>`, derived from the stage's secret, so nothing is
 * stored or looked up. A new number gives a new key; a new secret retires all, after its rotation.
 */
import { createHmac } from 'node:crypto';
import type { WriteKeyKind } from './events.ts';
import { sameText, type Secrets } from './tokens.ts';

/** 32 characters of base64url: 192 bits. */
const MAC_CHARS = 32;
/** Keys per kind: one an application that writes. */
export const WRITE_KEYS_MAX = 99;
const SHAPE = /^(server|browser)_([1-9]\d?)_[A-Za-z0-9_-]{32}$/;

/** The write key of a kind and number. `server` keys are secret; `browser` keys are public. */
export function writeKey(kind: WriteKeyKind, number: number, secret: string): string {
  const name = `${kind}_${number}`;
  const mac = createHmac('sha256', `perennial write key ${secret}`).update(name);
  return `${name}_${mac.digest('base64url').slice(0, MAC_CHARS)}`;
}

/** A key's kind, and the name that may be logged and counted: its kind and number. */
export type KnownKey = { kind: WriteKeyKind; name: string };

/** What a valid key is; `undefined` for any other text. */
export function knownKey(key: string, secrets: Secrets): KnownKey | undefined {
  const match = SHAPE.exec(key);
  if (!match) return undefined;
  const kind: WriteKeyKind = match[1] === 'server' ? 'server' : 'browser';
  const number = Number(match[2]);
  const accepted = [secrets.current, secrets.previous]
    .filter((secret) => secret !== undefined)
    .some((secret) => sameText(key, writeKey(kind, number, secret)));
  return accepted ? { kind, name: `${kind}_${number}` } : undefined;
}

/** The kind of a valid key; `undefined` for any other text. */
export const writeKeyKind = (key: string, secrets: Secrets): WriteKeyKind | undefined =>
  knownKey(key, secrets)?.kind;
