import { beforeEach, describe, expect, it } from 'vitest';
import { type MemoryModels, memoryModels } from '../../../functions/adapters/memory/models.ts';
import {
  EFFECTIVE_AFTER_MS,
  LOOK_AGAIN_MS,
  LOOK_EVERY_MS,
  modelsOf,
  tablesOf,
  withModels,
} from '../../../functions/app/models.ts';
import type { Model, Tables } from '../../../functions/contract/predictions.ts';
import { policy as policyWith } from '../../builders/policy.ts';

let store: MemoryModels;
let at: number;
let looks: number;
let counted: Record<string, number>;
let broken: boolean;
beforeEach(() => {
  store = memoryModels();
  at = Date.UTC(2026, 5, 1, 2, 17);
  looks = 0;
  counted = {};
  broken = false;
});

const deps = () => ({
  store: {
    ...store,
    pointer: async () => {
      looks += 1;
      if (broken) throw new Error('no table');
      return store.pointer();
    },
  },
  now: () => at,
  count: (name: string, value = 1) => {
    counted[name] = (counted[name] ?? 0) + value;
  },
});

async function publish(id: string) {
  const from = at + EFFECTIVE_AFTER_MS;
  const tables = { id, from, what: { kind: 'what', version: 1 } } as unknown as Tables;
  await store.publish(await store.pointer(), { model: { id, from }, tables, at, state: {} });
}
const idsOf = async (models: ReturnType<typeof modelsOf>) =>
  (await models.current()).models.map(({ id }) => id);

describe('models as their readers see them', () => {
  it('lack the parts that another version of the functions wrote', async () => {
    const from = at + EFFECTIVE_AFTER_MS;
    const parts = { who: { version: 0 }, when: { version: 1 } } as unknown as Partial<Model>;
    const tables = { id: 'old', from, what: { version: 2 } } as unknown as Tables;
    const model = { id: 'old', from, ...parts };
    await store.publish(await store.pointer(), { model, tables, at, state: {} });
    at = from;
    const [seen] = (await modelsOf(deps()).current()).models;
    expect(seen).toEqual({ id: 'old', from, when: { version: 1 } });
    expect(await tablesOf(deps()).at(at)).toBeUndefined();
  });

  it('are none before the first night', async () => {
    expect(await idsOf(modelsOf(deps()))).toEqual([]);
  });

  it('are asked for at most every five minutes, however many ask', async () => {
    const models = modelsOf(deps());
    await Promise.all([models.current(), models.current(), models.current()]);
    at += LOOK_EVERY_MS - 1;
    await models.current();
    expect(looks).toBe(1);
    at += 1;
    await models.current();
    expect(looks).toBe(2);
  });

  it('are known to every reader before they begin to count', async () => {
    const models = modelsOf(deps());
    await models.current();
    at += 1;
    await publish('new');
    at += EFFECTIVE_AFTER_MS - 1;
    expect(await idsOf(models)).toEqual(['new']);
  });

  it('stay in use when a look fails, which is counted and soon tried again', async () => {
    await publish('old');
    const models = modelsOf(deps());
    expect(await idsOf(models)).toEqual(['old']);
    await publish('new');
    broken = true;
    at += LOOK_EVERY_MS;
    expect(await idsOf(models)).toEqual(['old']);
    expect(counted).toEqual({ ModelsNotRead: 1 });
    broken = false;
    expect(await idsOf(models)).toEqual(['old']);
    at += LOOK_AGAIN_MS;
    expect(await idsOf(models)).toEqual(['new', 'old']);
  });

  it('stay in use when a part of the new one is missing', async () => {
    await publish('old');
    const models = modelsOf(deps());
    await models.current();
    await publish('new');
    store.parts.clear();
    at += LOOK_EVERY_MS;
    expect(await idsOf(models)).toEqual(['old']);
    expect(counted).toEqual({ ModelsNotRead: 1 });
  });

  it('come with the policy, which stays the same object while nothing changes', async () => {
    const policy = policyWith([]);
    const policies = withModels({ current: async () => policy }, modelsOf(deps()));
    const before = await policies.current();
    expect(before).toEqual({ ...policy, models: [] });
    expect(await policies.current()).toBe(before);
    await publish('new');
    at += LOOK_EVERY_MS;
    const first = await policies.current();
    expect(first).toMatchObject({ release: policy.release, models: [{ id: 'new' }] });
    await store.looked(await store.pointer(), at);
    at += LOOK_EVERY_MS;
    expect(await policies.current()).toBe(first);
  });
});

describe('tables as deliver sees them', () => {
  it('are those that count at the moment of the mail', async () => {
    const tables = tablesOf(deps());
    expect(await tables.at(at)).toBeUndefined();
    await publish('first');
    const first = at + EFFECTIVE_AFTER_MS;
    at = first + 1;
    await publish('second');
    const second = at + EFFECTIVE_AFTER_MS;
    at = second;
    expect((await tables.at(second - 1))?.id).toBe('first');
    expect((await tables.at(second))?.id).toBe('second');
  });

  it('stay in use when new ones cannot be read, which is counted', async () => {
    await publish('first');
    at += EFFECTIVE_AFTER_MS;
    const tables = tablesOf(deps());
    expect((await tables.at(at))?.id).toBe('first');
    await publish('second');
    store.parts.clear();
    at += EFFECTIVE_AFTER_MS;
    expect((await tables.at(at))?.id).toBe('first');
    expect(counted).toEqual({ TablesNotRead: 1 });
  });
});
