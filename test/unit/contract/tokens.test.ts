import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LinkToken, readToken, signToken } from '../../../functions/contract/tokens.ts';
import { writeKey, writeKeyKind } from '../../../functions/contract/write-keys.ts';

const NOW = Date.UTC(2026, 5, 1);
const SECRETS = { current: 'c'.repeat(32) };
const TOKEN: LinkToken = {
  purpose: 'unsubscribe',
  customerId: 'Ab3_-Ab3_-Ab3_-Ab3_-Ab',
  messageId: '0123456789_-abcdefghij',
  topic: 'feedback',
};

describe('a link token', () => {
  it('says who, which mail and what about, and nothing else', () => {
    const text = signToken(TOKEN, SECRETS);
    expect(readToken(text, 'unsubscribe', SECRETS, NOW)).toEqual({ ok: true, token: TOKEN });
    expect(text).toMatch(/^[A-Za-z0-9_.-]{60,200}$/);
  });

  it('is refused after any change of its text', () => {
    const text = signToken({ ...TOKEN, expiresAt: NOW + 1 }, SECRETS);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.=%/ \u0000ā';
    for (let place = 0; place < text.length; place += 1) {
      for (const letter of alphabet) {
        if (letter === text[place]) continue;
        const changed = text.slice(0, place) + letter + text.slice(place + 1);
        expect(readToken(changed, 'unsubscribe', SECRETS, NOW).ok).toBe(false);
      }
    }
  });

  it('is refused when anything is cut off, doubled or put between', () => {
    const text = signToken(TOKEN, SECRETS);
    const place = fc.integer({ min: 0, max: text.length });
    fc.assert(
      fc.property(place, place, fc.string(), (from, to, between) => {
        const changed = text.slice(0, from) + between + text.slice(to);
        fc.pre(changed !== text);
        expect(readToken(changed, 'unsubscribe', SECRETS, NOW).ok).toBe(false);
      }),
    );
  });

  it('serves only its own purpose', () => {
    const text = signToken(TOKEN, SECRETS);
    expect(readToken(text, 'survey', SECRETS, NOW)).toEqual({ ok: false, reason: 'wrong-purpose' });
  });

  it('ends when it says so, and one for leaving never does', () => {
    const survey = signToken({ ...TOKEN, purpose: 'survey', expiresAt: NOW }, SECRETS);
    expect(readToken(survey, 'survey', SECRETS, NOW).ok).toBe(true);
    expect(readToken(survey, 'survey', SECRETS, NOW + 1)).toEqual({ ok: false, reason: 'expired' });
    const leave = signToken(TOKEN, SECRETS);
    expect(readToken(leave, 'unsubscribe', SECRETS, NOW * 2).ok).toBe(true);
  });

  it('lives on while its secret is rotated, and no longer', () => {
    const text = signToken(TOKEN, SECRETS);
    const rotating = { current: 'd'.repeat(32), previous: SECRETS.current };
    expect(readToken(text, 'unsubscribe', rotating, NOW).ok).toBe(true);
    expect(readToken(text, 'unsubscribe', { current: 'd'.repeat(32) }, NOW).ok).toBe(false);
  });

  it('is not made of ids that are not ours, or with a secret that can be guessed', () => {
    expect(() => signToken({ ...TOKEN, customerId: 'a@example.com' }, SECRETS)).toThrow(TypeError);
    expect(() => signToken(TOKEN, { current: 'short' })).toThrow(TypeError);
  });
});

describe('a write key', () => {
  it('says its kind, and only for the secret that it was derived from', () => {
    const server = writeKey('server', 1, SECRETS.current);
    const browser = writeKey('browser', 12, SECRETS.current);
    expect(writeKeyKind(server, SECRETS)).toBe('server');
    expect(writeKeyKind(browser, SECRETS)).toBe('browser');
    expect(writeKeyKind(server, { current: 'd'.repeat(32) })).toBeUndefined();
    const rotating = { current: 'd'.repeat(32), previous: SECRETS.current };
    expect(writeKeyKind(server, rotating)).toBe('server');
  });

  it('is not another after any change', () => {
    const key = writeKey('browser', 1, SECRETS.current);
    expect(writeKeyKind(key.replace('browser', 'server'), SECRETS)).toBeUndefined();
    expect(writeKeyKind(key.replace('_1_', '_2_'), SECRETS)).toBeUndefined();
    fc.assert(fc.property(fc.string(), (text) => writeKeyKind(text, SECRETS) === undefined));
    for (let place = 0; place < key.length; place += 1) {
      const letter = key[place] === 'A' ? 'B' : 'A';
      const changed = key.slice(0, place) + letter + key.slice(place + 1);
      expect(writeKeyKind(changed, SECRETS)).toBeUndefined();
    }
  });
});
