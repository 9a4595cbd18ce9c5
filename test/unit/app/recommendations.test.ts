import { describe, expect, it } from 'vitest';
import { memoryCatalogue } from '../../../functions/adapters/memory/catalogue.ts';
import { type ComposeDeps, composerOf } from '../../../functions/app/compose.ts';
import { recommendedFor, SHOWN_MAX } from '../../../functions/app/recommendations.ts';
import type { CatalogueProduct } from '../../../functions/contract/catalogue.ts';
import type { Tables } from '../../../functions/contract/predictions.ts';
import type { CompiledTemplate } from '../../../functions/contract/release.ts';
import { DAY_MS } from '../../../functions/contract/time.ts';
import { planned } from '../../../functions/domain/ledger.ts';
import { learnWhat } from '../../../functions/domain/prediction/what/learn.ts';
import { T0 } from '../../builders/events.ts';
import * as build from '../../builders/events.ts';
import { Drive } from '../../builders/drive.ts';
import { ledgerPolicy, plannedMessage, reachableCustomer } from '../../builders/ledger.ts';
import { policy } from '../../builders/policy.ts';
import { basketsBetween, jeweller } from '../../builders/product-shops.ts';

const shop = jeweller(1, 400);
const START = 20_000;
const shift = Math.floor(T0 / DAY_MS) - START - 300;
const baskets = basketsBetween(shop, 0, START + 300).map((basket) => ({
  ...basket,
  day: basket.day + shift,
}));
const tables: Tables = { id: 't', from: T0, what: learnWhat(undefined, baskets, shop.products) };
const linked = [...shop.products.values()].map((product) => ({
  ...product,
  url: `https://shop.example.com/${product.id}`,
}));
const silver = linked.filter(({ attributes }) => attributes?.material === 'silver').slice(0, 4);
const { customer } = new Drive(policy([])).fold(
  build.orderCompleted({
    orderId: 'A-1',
    products: silver.map(({ id }) => ({ id, quantity: 1 })),
    at: T0 - 20 * DAY_MS,
  }),
);
const NO_LISTS = { pinned: [], excluded: [] };
const message = { subject: { kind: 'customer', id: 'x' }, plannedAt: T0 } as const;
const deps = (products: readonly CatalogueProduct[] = linked) => ({
  tables: { at: async () => tables },
  catalogue: memoryCatalogue(products),
});

describe('what a mail may show', () => {
  it('is a few available products, none of them twice or just bought, each with its reason', async () => {
    const shown = await recommendedFor(deps(), message as never, customer, NO_LISTS);
    expect(shown).toHaveLength(SHOWN_MAX);
    const ids = shown.map(({ product }) => product.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { id } of silver) expect(ids).not.toContain(id);
    for (const { product, reason } of shown) {
      expect(product.available).toBe(true);
      expect(reason.code).not.toBe('');
    }
  });

  it('begins with what the marketer pinned, and never holds what the marketer excluded', async () => {
    const [first, second] = await recommendedFor(deps(), message as never, customer, NO_LISTS);
    const excluded = [first?.product.id ?? ''];
    const bought = new Set(silver.map(({ id }) => id));
    const pinned = linked
      .filter(({ id }) => !bought.has(id) && !excluded.includes(id))
      .slice(-3)
      .map(({ id }) => id);
    const lists = { pinned: [...pinned, ...excluded], excluded };
    const shown = await recommendedFor(deps(), message as never, customer, lists);
    const ids = shown.map(({ product }) => product.id);
    expect(second).toBeDefined();
    expect(ids.slice(0, 2)).toEqual(pinned.slice(0, 2));
    expect(shown.map(({ reason }) => reason.code).filter((code) => code === 'pinned')).toHaveLength(
      2,
    );
    expect(ids).not.toContain(excluded[0]);
    expect(new Set(ids).size).toBe(SHOWN_MAX);
  });

  it('is nothing without a feed, without tables, or of what is gone', async () => {
    expect(await recommendedFor(deps([]), message as never, customer, NO_LISTS)).toEqual([]);
    const none = { ...deps(), tables: { at: async () => undefined } };
    expect(await recommendedFor(none, message as never, customer, NO_LISTS)).toEqual([]);
    const gone = linked.map((product) => ({ ...product, available: false }));
    expect(await recommendedFor(deps(gone), message as never, customer, NO_LISTS)).toEqual([]);
  });

  it('leaves out the product that the mail is about', async () => {
    const [first] = await recommendedFor(deps(), message as never, customer, NO_LISTS);
    const about = { subject: { kind: 'product', id: first?.product.id }, plannedAt: T0 };
    const shown = await recommendedFor(deps(), about as never, customer, NO_LISTS);
    expect(shown.map(({ product }) => product.id)).not.toContain(first?.product.id);
  });
});

const TEXT = '{% for pick in recommendations %}{{ pick.name }}: {{ pick.reason }}. {% endfor %}';
const template: CompiledTemplate = {
  id: 'post-purchase/thank-you',
  subject: 'Hello',
  preheader: 'Hello',
  html: { ltr: '<p></p>', rtl: '<p></p>' },
  text: `{{ links.unsubscribe }} ${TEXT}`,
  words: {},
};

describe('a mail that asks for recommendations', () => {
  const composing = async (change: object, more: Partial<ComposeDeps> = {}) => {
    const composed = await composerOf({
      ...deps(),
      templates: { find: async () => template },
      log: { read: async () => undefined },
      linkOrigin: 'https://mail.shop.example.com',
      secrets: { current: 's'.repeat(32) },
      ...more,
    }).compose(planned(plannedMessage(change), 'op'), reachableCustomer(), ledgerPolicy());
    if (!('mail' in composed)) throw new Error(JSON.stringify(composed));
    return composed.mail.text;
  };

  it('has them when it is marketing', async () => {
    expect(await composing({ purpose: 'marketing' })).toContain('popular');
  });

  it('never has any when it is transactional', async () => {
    expect(await composing({ purpose: 'transactional' })).not.toContain('popular');
  });

  it('goes without them when they cannot be read, and counts it', async () => {
    const counted: string[] = [];
    const broken = {
      tables: { at: () => Promise.reject(new Error('no table')) },
      count: (name: string) => counted.push(name),
    };
    expect(await composing({ purpose: 'marketing' }, broken)).not.toContain('popular');
    expect(counted).toEqual(['RecommendationsNotRead']);
  });
});
