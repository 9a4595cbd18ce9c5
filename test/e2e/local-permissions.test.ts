import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeKey } from '../../functions/contract/write-keys.ts';
import { buildSystem } from '../../infra/local/build.ts';
import { DataFolder } from '../../infra/local/data/folder.ts';
import { startSystem, type System } from '../../infra/local/system.ts';
import type { Assembly } from '../../infra/local/template/assembly.ts';
import { APPLICATION_KEY } from '../../infra/local/parts.ts';
import { firstOrder } from './local-process.ts';

const MINUTES_5 = 300_000;
const START = Date.UTC(2026, 2, 2, 10);
let dir: string;
let folder: DataFolder;
let system: System;
const warnings: string[] = [];

/** The template as somebody might have broken it: deliver may no longer send. */
function withoutSending(assembly: Assembly): Assembly {
  const text = JSON.stringify(assembly.templates);
  expect(text).toContain('ses:SendEmail');
  return { ...assembly, templates: JSON.parse(text.replaceAll('ses:SendEmail', 'ses:GetAccount')) };
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'perennial-e2e-'));
  folder = new DataFolder(dir, true);
  const assembly = await buildSystem({
    outDir: folder.path('templates'),
    bundlesDir: folder.path('functions'),
    assumeConsent: false,
  });
  system = await startSystem({
    assembly: withoutSending(assembly),
    folder,
    databaseFile: folder.path('dynamodb.db'),
    origin: 'http://localhost:4000',
    start: START,
    saved: undefined,
    warn: (line) => warnings.push(line),
  });
}, MINUTES_5);

afterAll(async () => {
  await system?.stop();
  rmSync(dir, { recursive: true, force: true });
}, MINUTES_5);

const post = (batch: object[]) =>
  system.api.handle({
    method: 'POST',
    path: '/v1/batch',
    query: '',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`${writeKey('server', 1, folder.secret())}:`).toString('base64')}`,
    },
    body: Buffer.from(JSON.stringify({ batch })),
  });

describe('a permission that the template lacks', () => {
  it(
    'is refused like in AWS, and named',
    async () => {
      const users = ['ann', 'ben', 'cleo', 'dan'];
      const answer = await post(users.flatMap((user) => firstOrder(user)));
      expect(answer?.status).toBe(200);
      // What may not be sent is tried again and again: no further than to the first refusal.
      for (let hours = 1; hours < 72 && warnings.length === 0; hours += 1) {
        await system.driver.advance(START + hours * 3_600_000);
      }
      expect(system.inbox.list()).toHaveLength(0);
      expect(warnings.join('\n')).toMatch(/deliver lacks ses:SendEmail on arn:aws:ses/);
      expect(system.figures.byState().SENT).toBeUndefined();
      expect(system.figures.byState().PLANNED).toBeGreaterThan(0);
    },
    MINUTES_5,
  );
});

describe('another application', () => {
  const putEvents = (source: string) =>
    fetch(system.endpoint, {
      method: 'POST',
      headers: {
        'x-amz-target': 'AWSEvents.PutEvents',
        authorization: `AWS4-HMAC-SHA256 Credential=${APPLICATION_KEY}/20260101/us-east-1/events/aws4_request`,
      },
      body: JSON.stringify({
        Entries: [
          {
            EventBusName: 'perennial-dev',
            Source: source,
            DetailType: 'Order Completed',
            Detail: JSON.stringify({ ...firstOrder('zoe')[1], userId: 'zoe', channel: 'store' }),
          },
        ],
      }),
    });

  it(
    'puts events on the bus, but not in our name',
    async () => {
      const refused = await putEvents('perennial');
      expect(refused.status).toBe(400);
      expect(await refused.text()).toContain('explicit deny');
      const before = system.figures.totals().orders;
      expect(await (await putEvents('shop.pos')).json()).toMatchObject({ FailedEntryCount: 0 });
      await system.activity.idle();
      expect(system.figures.totals().orders).toBe(before + 1);
    },
    MINUTES_5,
  );
});

describe('the driver', () => {
  it('knows the same next wake as the index itself', async () => {
    for (const [name, mirror] of system.mirrors) {
      const table = system.plan.tables.find(({ indexes }) => indexes.some((i) => i.name === name));
      const times: number[] = [];
      const sort = mirror.plan.sort;
      for await (const item of system.dynoxide.scan(table?.name ?? '', name)) {
        times.push(Date.parse(item[sort]?.S ?? ''));
      }
      expect(mirror.size).toBe(times.length);
      expect(mirror.next()).toBe(times.length > 0 ? Math.min(...times) : undefined);
    }
  });
});
