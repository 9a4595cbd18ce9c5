/**
 * What the local system decides, replay decides too: the same events through queues, streams, tables and
 * bundles on one side, and through the bare kernel on the other.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishedModels } from '../../cli/published-models.ts';
import { loggedOf } from '../../functions/adapters/dynamodb/log-rows.ts';
import { EventArena } from '../../functions/app/replay/event-arena.ts';
import { KERNEL } from '../../functions/app/replay/kernel.ts';
import { lineOf, textOf } from '../../functions/app/replay/report.ts';
import { type Kernel, replay } from '../../functions/app/replay.ts';
import { eventFromLine, lineOfEvent } from '../../functions/contract/log-lines.ts';
import type { Message } from '../../functions/contract/messages.ts';
import type { Model } from '../../functions/contract/predictions.ts';
import type { DecisionReason } from '../../functions/contract/reasons.ts';
import { RELEASE_FILE } from '../../functions/contract/env.ts';
import type { Release } from '../../functions/contract/release.ts';
import { DAY_MS, HOUR_MS } from '../../functions/contract/time.ts';
import type { SegmentEvent } from '../../infra/local/demo/segment.ts';
import { makeDemo } from '../../infra/local/demo/shop.ts';
import { plannedOf } from '../../infra/local/figures.ts';
import { type Run, run } from '../../infra/local/run.ts';

const MINUTES_10 = 600_000;
const DAYS = 60;
const CUSTOMERS = 12;

let dir: string;
let local: Run;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'perennial-agree-'));
  local = await run({
    port: 0,
    dataDir: dir,
    fresh: true,
    wish: { kind: 'empty' },
    say: () => undefined,
    progress: () => undefined,
  });
}, MINUTES_10);

afterAll(async () => {
  await local?.stop();
  rmSync(dir, { recursive: true, force: true });
}, MINUTES_10);

async function post(events: readonly SegmentEvent[]): Promise<void> {
  const answer = await local.system.api.handle({
    method: 'POST',
    path: '/v1/batch',
    query: '',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`${local.writeKey}:`).toString('base64')}`,
    },
    body: Buffer.from(JSON.stringify({ batch: events })),
  });
  expect(answer?.status).toBe(200);
  expect(JSON.parse(String(answer?.body))).toMatchObject({ rejected: 0 });
}

/** Two months of a small shop; every fifth batch comes twice, every seventh some hours late. */
async function play(): Promise<void> {
  const { driver, clock, agenda, inbox } = local.system;
  const start = clock.now() + HOUR_MS;
  const demo = makeDemo({ seed: 'agree', customers: CUSTOMERS, days: DAYS, start });
  inbox.onMail((mail) => {
    const { tags, to, at } = mail;
    const told = {
      to: to[0] ?? '',
      journey: tags['perennial-journey'] ?? '',
      step: tags['perennial-step'] ?? '',
      messageId: tags['perennial-message'] ?? '',
      at,
    };
    for (const reaction of demo.reactTo(told)) {
      if (reaction.kind !== 'events') continue;
      agenda.add(at + reaction.after, () => post(reaction.events));
    }
  });
  const batches = [...demo.batches()];
  const [one, other] = new Set(
    batches.flatMap(({ events }) => events.flatMap(({ userId }) => userId ?? [])),
  );
  for (const [index, batch] of batches.entries()) {
    // Half-way two of them turn out to be one.
    if (index === batches.length >> 1) {
      const timestamp = new Date(clock.now()).toISOString();
      const alias = { type: 'alias', messageId: 'one', userId: one, previousId: other, timestamp };
      await post([alias as unknown as SegmentEvent]);
    }
    const late = index % 7 === 3;
    if (late) agenda.add(batch.at + 5 * HOUR_MS, () => post(batch.events));
    await driver.advance(batch.at);
    if (!late) await post(batch.events);
    if (index % 5 === 2) agenda.add(batch.at + 3 * HOUR_MS, () => post(batch.events));
  }
  await driver.advance(demo.end + 30 * DAY_MS);
}

async function rowsOf(table: (name: string) => boolean): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for (const { name } of local.system.plan.tables.filter((one) => table(one.name))) {
    for await (const row of local.system.dynoxide.scan(name)) rows.push(unmarshall(row as never));
  }
  return rows;
}

type Told = { decisions: string[]; sent: string[]; suppressed: string[] };
const sorted = (told: Told): Told => ({
  decisions: told.decisions.toSorted(),
  sent: told.sent.toSorted(),
  suppressed: told.suppressed.toSorted(),
});

function toldByRows(rows: readonly Record<string, unknown>[]): Told {
  const told: Told = { decisions: [], sent: [], suppressed: [] };
  for (const row of rows) {
    const sk = String(row['sk']);
    if (sk.startsWith('DECISION#')) {
      for (const reason of row['reasons'] as DecisionReason[]) {
        told.decisions.push(textOf(lineOf(String(row['customerId']), reason)));
      }
    }
    if (!sk.startsWith('MESSAGE#')) continue;
    const message = row as unknown as Message;
    const { state, id, customerId } = message;
    told.decisions.push(textOf(lineOf(customerId, plannedOf(message))));
    if (state === 'SENT') told.sent.push(id);
    if (state === 'SUPPRESSED') told.suppressed.push(id);
  }
  return sorted(told);
}

/** What the nights of the local run published, each from its moment on. */
async function published(): Promise<Model[]> {
  const { dynoxide, plan } = local.system;
  const client = new DynamoDBClient({
    endpoint: `http://${dynoxide.host}:${dynoxide.port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const stateTable = plan.tables.find(({ name }) => /state/i.test(name))?.name ?? '';
  const models = await publishedModels({ client: DynamoDBDocumentClient.from(client), stateTable });
  client.destroy();
  return models;
}

function toldByReplay(rows: readonly Record<string, unknown>[], models: readonly Model[]): Told {
  const file = join(dir, 'functions', 'react', RELEASE_FILE);
  const { policy } = JSON.parse(readFileSync(file, 'utf8')) as Release;
  const arena = new EventArena();
  for (const row of rows) {
    const logged = loggedOf(row);
    if (!logged) continue;
    const line: unknown = JSON.parse(JSON.stringify(lineOfEvent(logged)));
    const read = eventFromLine(line, { currency: policy.settings.shop.currency });
    if (!read.ok) throw new Error(JSON.stringify(read.reason));
    arena.add(read.event);
  }
  const told: Told = { decisions: [], sent: [], suppressed: [] };
  const watched: Kernel = {
    ...KERNEL,
    decide: (customer, stimulus, given) => {
      const decision = KERNEL.decide(customer, stimulus, given);
      for (const reason of decision.reasons) {
        told.decisions.push(textOf(lineOf(customer.id, reason)));
      }
      return decision;
    },
    judge: (message, ...rest) => {
      const verdict = KERNEL.judge(message, ...rest);
      if ('go' in verdict) told.sent.push(message.id);
      if ('suppress' in verdict) told.suppressed.push(message.id);
      return verdict;
    },
  };
  replay(
    arena,
    watched,
    { ...policy, models },
    {
      clock: 'received',
      until: local.system.clock.now(),
      // Told by the replay itself: the kernel hears nothing of it.
      onDecision: (line) => {
        if (line.outcome === 'merged') told.decisions.push(textOf(line));
      },
    },
  );
  return sorted(told);
}

describe('the local run and replay', () => {
  it(
    'decide the same of the same events, repeated and late ones among them',
    async () => {
      await play();
      const state = toldByRows(await rowsOf((name) => /state/i.test(name)));
      const models = await published();
      const replayed = toldByReplay(await rowsOf((name) => /log/i.test(name)), models);
      // Fitted again and again while the shop grows, and each in force for a while.
      expect(models.filter(({ who }) => who).length).toBeGreaterThan(10);
      expect(models.filter(({ when }) => when).length).toBeGreaterThan(10);
      expect(state.sent.length).toBeGreaterThan(10);
      expect(state.decisions.filter((text) => text.includes('"merged"'))).not.toEqual([]);
      expect(replayed.decisions).toEqual(state.decisions);
      expect(replayed.sent).toEqual(state.sent);
      expect(replayed.suppressed).toEqual(state.suppressed);
    },
    MINUTES_10,
  );
});
