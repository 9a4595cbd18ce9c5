import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aliasId, hashId, messageId, share } from '../../../functions/contract/ids.ts';
import { openShard, SHARDS, wakeShard } from '../../../functions/contract/keys.ts';

describe('ids', () => {
  it('fit into SES tags, keys and links: 22 characters of base64url', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => /^[\w-]{22}$/.test(hashId(a, b))));
  });

  it('know an address however it is written, and guess nothing else', () => {
    expect(aliasId('email', ' Ann@Example.COM ')).toBe(aliasId('email', 'ann@example.com'));
    expect(aliasId('email', 'a.nn@example.com')).not.toBe(aliasId('email', 'ann@example.com'));
    expect(aliasId('user', 'Ann')).not.toBe(aliasId('user', 'ann'));
    expect(aliasId('user', '7')).not.toBe(aliasId('card', '7'));
  });

  it('never confuse where one part ends and the next begins', () => {
    expect(hashId('ab', 'c')).not.toBe(hashId('a', 'bc'));
    expect(messageId('c', 'j', 's', 'o')).toBe(messageId('c', 'j', 's', 'o'));
  });

  it('spread chance and shards evenly', () => {
    const counts = Array.from({ length: SHARDS }, () => 0);
    let below = 0;
    for (let i = 0; i < 20_000; i += 1) {
      const id = hashId('customer', String(i));
      counts[Number(wakeShard(id))] = (counts[Number(wakeShard(id))] ?? 0) + 1;
      if (share('holdout', id) < 0.1) below += 1;
      expect(Number(openShard(id))).toBeLessThan(SHARDS);
    }
    // 20,000 draws over 8 shards: 2,500 each, standard deviation 47; five of them is 235.
    for (const count of counts) expect(Math.abs(count - 2_500)).toBeLessThan(235);
    expect(Math.abs(below - 2000)).toBeLessThan(5 * 43);
  });
});
