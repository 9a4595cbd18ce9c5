import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Maker, MAKERS } from '../../functions/contract/webhooks.ts';
import { hook, type Hook, hooksOf, requestOf } from '../builders/hooks.ts';
import { clientOf, type LocalProcess, startLocal } from './local-process.ts';

const MINUTES_5 = 300_000;
let dir: string;
let local: LocalProcess;
let client: ReturnType<typeof clientOf>;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'perennial-hooks-'));
  local = await startLocal(dir);
  client = clientOf(local.origin);
}, MINUTES_5);

afterAll(async () => {
  await local?.end();
  rmSync(dir, { recursive: true, force: true });
}, MINUTES_5);

/** As anybody would who tries a webhook out: the secret is a file of the data folder. */
const secretOf = (maker: Maker): string =>
  readFileSync(join(dir, `webhook-secret-${maker}`), 'utf8');

async function post(one: Hook, secret = secretOf(one.maker)) {
  const at = Date.parse((await client.clock()).now);
  const { path, headers, body } = requestOf(one, { secret, at });
  const answer = await fetch(`${local.origin}${path}`, {
    method: 'POST',
    headers: headers as Record<string, string>,
    body: new Uint8Array(body),
  });
  return { status: answer.status, told: (await answer.json()) as { [name: string]: unknown } };
}

describe('webhooks in the local run', () => {
  it(
    'of all three makers are taken by the deployed bundle, with its own role',
    async () => {
      for (const maker of MAKERS) {
        for (const one of hooksOf(maker)) {
          const { status, told } = await post(one);
          expect([one.name, status]).toEqual([one.name, 200]);
          expect([one.name, told['rejected'] ?? 0]).toEqual([one.name, 0]);
        }
      }
      await client.advance('PT1H');
      const { events, customers } = await client.status();
      expect(events).toBeGreaterThan(20);
      expect(customers).toBeGreaterThan(2);
      expect(local.output()).not.toMatch(/refused|failed/i);
    },
    MINUTES_5,
  );

  it(
    'that come again are repeats',
    async () => {
      const { events } = await client.status();
      const { status, told } = await post(hook('shopify', 'orders__updated~refunded'));
      expect([status, told['duplicates']]).toEqual([200, told['accepted']]);
      expect((await client.status()).events).toBe(events);
    },
    MINUTES_5,
  );

  it(
    'with another secret are refused',
    async () => {
      for (const maker of MAKERS) {
        const [one] = hooksOf(maker);
        const { status } = await post(one as Hook, 'x'.repeat(43));
        expect([maker, status]).toEqual([maker, 401]);
      }
    },
    MINUTES_5,
  );
});
