import { describe, expect, it } from 'vitest';
import { memoryCatalogue } from '../../../functions/adapters/memory/catalogue.ts';
import { type ComposeDeps, composerOf } from '../../../functions/app/compose.ts';
import type { CompiledTemplate } from '../../../functions/contract/release.ts';
import { readToken } from '../../../functions/contract/tokens.ts';
import { DAY_MS } from '../../../functions/contract/time.ts';
import { emptyCustomer } from '../../../functions/domain/customer.ts';
import type { CatalogueProduct } from '../../../functions/contract/catalogue.ts';
import { planned } from '../../../functions/domain/ledger.ts';
import {
  ledgerJourney,
  ledgerPolicy,
  NOON,
  plannedMessage,
  reachableCustomer,
} from '../../builders/ledger.ts';

const HTML = '<p>Thank you</p><a href="{{ links.unsubscribe }}">Leave</a>';
const template: CompiledTemplate = {
  id: 'post-purchase/thank-you',
  subject: 'Thank you from {{ shop.name }}',
  preheader: 'Thank you',
  html: { ltr: HTML, rtl: HTML },
  text: '{% if product.name %}{{ product.name }}{% endif %} Leave: {{ links.unsubscribe }} Survey: {{ links.survey }}',
  words: {},
};
const secrets = { current: 's'.repeat(32) };
const deps: ComposeDeps = {
  templates: { find: async (id) => (id === template.id ? template : undefined) },
  log: { read: async () => undefined },
  catalogue: memoryCatalogue(),
  linkOrigin: 'https://mail.shop.example.com',
  secrets,
};
const compose = (change = {}, customer = reachableCustomer()) =>
  composerOf(deps).compose(planned(plannedMessage(change), 'op'), customer, ledgerPolicy());
const composing = (product: CatalogueProduct, change: object) =>
  composerOf({ ...deps, catalogue: memoryCatalogue([product]) }).compose(
    planned(plannedMessage(change), 'op'),
    reachableCustomer(),
    ledgerPolicy(),
  );
const mailOf = async (change = {}) => {
  const composed = await compose(change);
  if (!('mail' in composed)) throw new Error(JSON.stringify(composed));
  return composed.mail;
};

describe('composing a mail', () => {
  it('takes sender and reply-to from the settings, the address from the customer', async () => {
    expect(await mailOf()).toMatchObject({
      to: 'ruta@example.com',
      from: { name: 'Amber & Oak', address: 'hello@shop.example.com' },
      replyTo: 'care@shop.example.com',
      subject: 'Thank you from Amber & Oak',
    });
  });

  it("takes the mail's own sender where it has one", async () => {
    const care = { address: 'care@shop.example.com' };
    const own = { ...template, from: { name: 'Care', ...care }, replyTo: 'care@shop.example.com' };
    const mailFrom = async (given: CompiledTemplate) => {
      const composer = composerOf({ ...deps, templates: { find: async () => given } });
      const row = planned(plannedMessage(), 'op');
      return composer.compose(row, reachableCustomer(), ledgerPolicy());
    };
    expect(await mailFrom(own)).toMatchObject({
      mail: { from: { name: 'Care', ...care }, replyTo: 'care@shop.example.com' },
    });
    expect(await mailFrom({ ...own, from: care })).toMatchObject({
      mail: { from: { name: 'Amber & Oak', ...care } },
    });
  });

  it.each([
    ['ar-EG', 'en', 'ar', 'طلب ٣'],
    ['ar_EG', 'en', 'ar', 'طلب ٣'],
    ['fr-FR', 'ar', 'ar', 'طلب 3'],
    ['fr-FR', 'lt', 'en', 'Order 3'],
    [undefined, 'en', 'en', 'Order 3'],
  ])('for %s in a shop that writes %s takes the words of %s, and says so', async (...row) => {
    const [locale, shopLocale, words, subject] = row;
    const texts = { en: 'Order {{ number }}', ar: 'طلب {{ number }}' };
    const spoken: CompiledTemplate = {
      ...template,
      subject: "{{ 'order' | t: number: 3 }}",
      words: {
        en: { dir: 'ltr', texts: { order: texts.en } },
        ar: { dir: 'rtl', texts: { order: texts.ar } },
      },
    };
    const customer = reachableCustomer();
    if (locale) customer.facts.profile.locale = [locale, NOON];
    const policy = ledgerPolicy();
    policy.settings.shop.locale = shopLocale;
    const composer = composerOf({ ...deps, templates: { find: async () => spoken } });
    const composed = await composer.compose(planned(plannedMessage(), 'op'), customer, policy);
    expect(composed).toMatchObject({ words, mail: { subject } });
  });

  it('gives marketing a link to leave that never expires, the same in header and text', async () => {
    const { unsubscribeUrl = '', text } = await mailOf();
    expect(text).toContain(unsubscribeUrl);
    const token = unsubscribeUrl.split('/u/')[1] ?? '';
    expect(readToken(token, 'unsubscribe', secrets, NOON + 3650 * DAY_MS)).toEqual({
      ok: true,
      token: {
        purpose: 'unsubscribe',
        customerId: 'customer-1',
        messageId: 'message-1',
        topic: 'offers',
      },
    });
  });

  it('gives transactional mail no unsubscribe header', async () => {
    expect(await mailOf({ purpose: 'transactional' })).not.toHaveProperty('unsubscribeUrl');
  });

  it('promises what its step promises, with the last day as the customer reads it', async () => {
    const { steps, ...rest } = ledgerJourney();
    const coupon = { percent: 10, validDays: 14, prefix: 'OAK' };
    const own = steps.map((step) => (step.kind === 'send' ? { ...step, coupon } : step));
    const said = '{{ coupon.code }} {{ coupon.percent }} {{ coupon.expires_at | date }}';
    const composer = composerOf({
      ...deps,
      templates: { find: async () => ({ ...template, text: said }) },
    });
    const composeOne = (change = {}) =>
      composer.compose(
        planned(plannedMessage(change), 'op'),
        reachableCustomer(),
        ledgerPolicy({}, [{ ...rest, steps: own }]),
      );
    const composed = await composeOne();
    if (!('mail' in composed) || !composed.coupon) throw new Error(JSON.stringify(composed));
    expect(composed.mail.text.trim()).toBe(`${composed.coupon.code} 10 June 24, 2026`);
    expect(composed.coupon.code).toMatch(/^OAK-/);
    expect(await composeOne({ purpose: 'transactional' })).toHaveProperty('failed');
  });

  it('ends the survey’s link after 90 days', async () => {
    const { text } = await mailOf();
    const token = text.trim().split('/s/')[1] ?? '';
    expect(readToken(token, 'survey', secrets, NOON + 90 * DAY_MS).ok).toBe(true);
    expect(readToken(token, 'survey', secrets, NOON + 91 * DAY_MS).ok).toBe(false);
  });

  it('takes what the feed says today of the product that it is about', async () => {
    const ring = { id: 'RING-9', title: 'Oak ring', available: true };
    const about = { subject: { kind: 'product', id: 'RING-9' } } as const;
    const composed = await composing(ring, about);
    expect('mail' in composed && composed.mail.text).toContain('Oak ring');
  });

  it('sends no mail about a product that is no longer sold', async () => {
    const ring = { id: 'RING-9', title: 'Oak ring', available: false };
    const suppressed = { suppressed: { code: 'product-gone', product: 'RING-9' } };
    for (const kind of ['product', 'view'] as const) {
      expect(await composing(ring, { subject: { kind, id: 'RING-9' } })).toEqual(suppressed);
    }
    expect(await composing(ring, { subject: { kind: 'product', id: 'OTHER' } })).toHaveProperty(
      'mail',
    );
    expect(await composing(ring, { subject: { kind: 'order', id: 'RING-9' } })).toHaveProperty(
      'mail',
    );
  });

  it('says which template is gone, and that an address is missing', async () => {
    expect(await compose({ template: 'gone/mail' })).toEqual({
      failed: 'template-gone: gone/mail',
    });
    expect(await compose({}, emptyCustomer('customer-1'))).toEqual({ failed: 'no-address' });
  });
});
