/** A night that dies at any of its requests, before or after it took effect: the next one makes good for it. */
import { describe, expect, it } from 'vitest';
import {
  dynamoBasketReader,
  dynamoBasketWriter,
} from '../../../functions/adapters/dynamodb/baskets.ts';
import { dynamoCatalogueReader } from '../../../functions/adapters/dynamodb/catalogue.ts';
import { dynamoCells } from '../../../functions/adapters/dynamodb/cells.ts';
import { cellUpdate } from '../../../functions/adapters/dynamodb/cell-rows.ts';
import type { DocumentClient } from '../../../functions/adapters/dynamodb/client.ts';
import { dynamoModels } from '../../../functions/adapters/dynamodb/models.ts';
import { dateOf } from '../../../functions/app/gather.ts';
import { learn } from '../../../functions/app/learn.ts';
import type { WhatModel } from '../../../functions/contract/prediction-what.ts';
import type { WhenModel } from '../../../functions/contract/prediction-when.ts';
import type { WhoModel } from '../../../functions/contract/prediction-who.ts';
import type { Basket } from '../../../functions/contract/predictions.ts';
import { DAY_MS } from '../../../functions/contract/time.ts';
import { settings } from '../../builders/policy.ts';
import { TinyDynamo } from '../../builders/tiny-dynamo.ts';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';

const NIGHT = Date.UTC(2026, 5, 1, 2, 17);

/** The orders that a model was made of. */
type Seen = { seen: string[] };
const seenIn = (model: unknown): string[] => [...((model as Seen | undefined)?.seen ?? [])].sort();
const addTo = (previous: unknown, baskets: readonly Basket[]) => ({
  version: 1,
  seen: [...seenIn(previous), ...baskets.flatMap(({ earlier }) => earlier)],
});

/** `client` may fail; the clock stands. */
const night = (client: DocumentClient, at: number) =>
  learn({
    cells: dynamoCells(client, 'state'),
    baskets: dynamoBasketReader(client, 'state'),
    catalogue: dynamoCatalogueReader(client, 'state'),
    models: dynamoModels(client, 'state'),
    learners: {
      who: (_counted, { horizonDays }) => ({ kind: 'who', version: 1, horizonDays }) as WhoModel,
      when: (previous, some) => addTo(previous, some) as unknown as WhenModel,
      what: (previous, some) => addTo(previous, some) as unknown as WhatModel,
    },
    policies: { current: async () => ({ settings: settings() }) },
    now: () => at,
    count: () => undefined,
    tell: () => undefined,
  });

/** A shop with orders on ten dates, and rows of cells old enough to be added up. */
async function shop(): Promise<TinyDynamo> {
  const tiny = new TinyDynamo();
  for (let back = 9; back >= 2; back -= 1) {
    const date = dateOf(NIGHT - back * DAY_MS);
    const basket: Basket = {
      day: 20_600 - back,
      lines: [{ product: 'P', quantity: 1 }],
      earlier: [`order-${back}`],
    };
    const gathered = [{ id: `order-${back}`, basket }];
    await dynamoBasketWriter(tiny.client, 'state').put(date, 'batch', gathered, NIGHT);
  }
  for (const period of [600, 601, 735]) {
    const row = {
      period,
      first: 2400,
      repeats: 0,
      last: 2400,
      n: 1,
      g: 0,
      o: 0,
      p: 0,
      v: 0,
      v2: 0,
      q: 0,
    };
    await tiny.client.send(new UpdateCommand(cellUpdate('state', row)));
  }
  return tiny;
}

/** Dies at its request number `at`; resolves whether it came so far. */
function dying(tiny: TinyDynamo, at: number, when: 'before' | 'after'): DocumentClient {
  let calls = 0;
  return {
    send: async (command: never) => {
      calls += 1;
      if (calls > at) throw new Error('dead');
      if (calls === at && when === 'before') throw new Error('dead');
      const answer = await tiny.client.send(command);
      if (calls === at) throw new Error('dead');
      return answer;
    },
  } as unknown as DocumentClient;
}

const ALL = [2, 3, 4, 5, 6, 7, 8, 9].map((back) => `order-${back}`);

describe.each(['before', 'after'] as const)('a night that dies %s a request', (when) => {
  it('leaves whole models behind, and no order is learned twice or not at all', async () => {
    const requests = await countRequests();
    expect(requests).toBeGreaterThan(15);
    for (let at = 1; at <= requests; at += 1) {
      const tiny = await shop();
      await expect(night(dying(tiny, at, when), NIGHT)).rejects.toThrow('dead');
      const store = dynamoModels(tiny.client, 'state');
      for (const manifest of (await store.pointer()).manifests) {
        expect(seenIn((await store.model(manifest)).when)).toEqual(ALL);
      }
      await night(tiny.client, NIGHT + DAY_MS / 24);
      const [newest] = (await store.pointer()).manifests;
      expect(seenIn((await store.model(newest!)).when)).toEqual(ALL);
      expect(seenIn((await store.tables(newest!))?.what)).toEqual(ALL);
      expect((await store.pointer()).manifests.length).toBe(1);
      expect(await customersCounted(tiny)).toBe(3);
    }
  });
});

async function countRequests(): Promise<number> {
  const tiny = await shop();
  const before = [...tiny.calls.values()].reduce((sum, calls) => sum + calls, 0);
  await night(tiny.client, NIGHT);
  return [...tiny.calls.values()].reduce((sum, calls) => sum + calls, 0) - before;
}

async function customersCounted(tiny: TinyDynamo): Promise<number> {
  let sum = 0;
  for await (const { rows } of dynamoCells(tiny.client, 'state').pages()) {
    for (const { n } of rows) sum += n;
  }
  return sum;
}
