import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../../functions/contract/time.ts';
import { CATALOGUE } from '../../../infra/local/demo/catalogue.ts';
import type { DemoMail } from '../../../infra/local/demo/reactions.ts';
import { DEMO_DAYS, DEMO_START, demoShop, makeDemo } from '../../../infra/local/demo/shop.ts';

const all = (seed: string) => [...demoShop({ seed })].flatMap(({ events }) => events);
const events = all('1');
const named = (name: string) => events.filter(({ event }) => event === name);

describe('the made-up shop', () => {
  it('is the same for the same seed and another for another', () => {
    expect(all('1')).toEqual(events);
    expect(all('2').slice(0, 50)).not.toEqual(events.slice(0, 50));
  });

  it('sends its batches in the order of time, no event before it happened, no id twice', () => {
    let last = 0;
    for (const batch of demoShop({ seed: '1' })) {
      expect(batch.at).toBeGreaterThanOrEqual(last);
      last = batch.at;
      for (const { timestamp } of batch.events) {
        expect(batch.at - Date.parse(timestamp)).toBeGreaterThanOrEqual(0);
        expect(batch.at - Date.parse(timestamp)).toBeLessThanOrEqual(HOUR_MS);
      }
    }
    expect(new Set(events.map(({ messageId }) => messageId)).size).toBe(events.length);
    expect(last).toBeLessThanOrEqual(DEMO_START + (DEMO_DAYS + 1) * DAY_MS);
  });

  it('is small enough for three minutes on two cores', () => {
    for (const seed of ['1', '2', '3']) {
      expect(makeDemo({ seed }).events).toBeGreaterThan(5_000);
      expect(makeDemo({ seed }).events).toBeLessThan(9_000);
    }
  });

  it('has sixty products, each with material, stone, style and a story of its own place', () => {
    expect(CATALOGUE).toHaveLength(60);
    expect(new Set(CATALOGUE.map(({ id }) => id)).size).toBe(60);
    for (const product of CATALOGUE) {
      expect(product.price).toBeGreaterThan(0);
      expect(product.story).not.toBe('');
      expect([product.material, product.stone, product.style]).not.toContain('');
    }
  });

  it('shows every kind of customer: named or not, asked or not, in store, trade, gone quiet', () => {
    const people = events.filter(({ type }) => type === 'identify').map(({ traits }) => traits);
    expect(people.filter((t) => t?.['first_name'] === undefined).length).toBeGreaterThan(10);
    expect(people.filter((t) => t?.['marketing_consent'] === undefined).length).toBeGreaterThan(10);
    expect(people.filter((t) => t?.['marketing_consent'] === false).length).toBeGreaterThan(3);
    expect(named('Order Completed').some((e) => e.properties?.['channel'] === 'store')).toBe(true);
    expect(named('Order Completed').some((e) => e.properties?.['gift'] === true)).toBe(true);
    for (const name of ['Order Shipped', 'Order Delivered', 'Order Refunded', 'Order Cancelled']) {
      expect(named(name).length).toBeGreaterThan(5);
    }
    expect(named('Cart Updated').length).toBeGreaterThan(100);
    expect(events.some(({ userId }) => userId === undefined)).toBe(true);
  });

  it('writes to example.com only', () => {
    const addresses = JSON.stringify(events).match(/[\w.+-]+@[\w.-]+/g) ?? [];
    expect(addresses.length).toBeGreaterThan(100);
    expect(addresses.every((address) => address.endsWith('@example.com'))).toBe(true);
  });
});

describe('the made-up customers', () => {
  const demo = makeDemo({ seed: '1' });
  const addresses = events.flatMap(({ traits }) => {
    const email = traits?.['email'];
    return typeof email === 'string' ? [email] : [];
  });
  const mails = (journey: string, step: string, perCustomer = 5): DemoMail[] =>
    addresses.flatMap((to) =>
      Array.from({ length: perCustomer }, (_, n) => ({
        to,
        journey,
        step,
        messageId: `${journey}${step}${to}${n}`,
        at: demo.end - 30 * DAY_MS,
      })),
    );
  const reactions = (list: DemoMail[]) => list.flatMap((mail) => demo.reactTo(mail));

  it('answer surveys with scores from 0 to 10, more good than bad, and always alike', () => {
    const list = mails('feedback', 'survey');
    const scores = reactions(list).flatMap((reaction) =>
      reaction.kind === 'events' ? reaction.events.map((e) => Number(e.properties?.['score'])) : [],
    );
    expect(scores.length).toBeGreaterThan(list.length / 5);
    expect(scores.every((score) => score >= 0 && score <= 10)).toBe(true);
    expect(scores.filter((score) => score >= 9).length).toBeGreaterThan(scores.length * 0.3);
    expect(scores.some((score) => score <= 6)).toBe(true);
    expect(reactions(list)).toEqual(reactions(list));
  });

  it('sometimes come back for their cart, rarely leave, hardly ever complain', () => {
    const list = mails('abandoned-cart', 'reminder', 20);
    const kinds = reactions(list).map(({ kind }) => kind);
    const share = (kind: string) => kinds.filter((k) => k === kind).length / list.length;
    expect(kinds).toContain('events');
    expect(share('unsubscribe')).toBeLessThan(0.02);
    expect(share('complaint')).toBeLessThan(0.001);
  });

  it('never react before the mail came, and events carry the time of their reaction', () => {
    for (const mail of [...mails('abandoned-cart', 'reminder'), ...mails('feedback', 'survey')]) {
      for (const reaction of demo.reactTo(mail)) {
        expect(reaction.after).toBeGreaterThan(0);
        if (reaction.kind !== 'events') continue;
        for (const { timestamp } of reaction.events) {
          expect(Date.parse(timestamp)).toBe(mail.at + reaction.after);
        }
      }
    }
  });

  it('ignore mail to others', () => {
    expect(
      demo.reactTo({ ...mails('feedback', 'survey')[0], to: 'x@example.com' } as DemoMail),
    ).toEqual([]);
  });
});
