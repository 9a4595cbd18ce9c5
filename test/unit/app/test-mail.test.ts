import { describe, expect, it } from 'vitest';
import { memoryCatalogue } from '../../../functions/adapters/memory/catalogue.ts';
import { sesRequest } from '../../../functions/adapters/ses/request.ts';
import {
  TEST_HEADER,
  type TestMail,
  testOfCustomer,
  testOfSample,
} from '../../../functions/app/test-mail.ts';
import type { Journey } from '../../../functions/contract/journeys.ts';
import type { Mail } from '../../../functions/app/mail.ts';
import { couponCode } from '../../../functions/contract/coupons.ts';
import type { CompiledTemplate } from '../../../functions/contract/release.ts';
import { TOKEN_PURPOSES, readToken } from '../../../functions/contract/tokens.ts';
import { emptyCustomer } from '../../../functions/domain/customer.ts';
import { emlOf } from '../../../infra/local/mail/eml.ts';
import { NOON, reachableCustomer } from '../../builders/ledger.ts';
import { journey, send, settings, wait } from '../../builders/policy.ts';

const stage = { current: 's'.repeat(32) };
const LINKS =
  '<a href="{{ links.unsubscribe }}">Leave</a><a href="{{ links.survey }}?score=9">9</a>';
const template: CompiledTemplate = {
  id: 'thanks/mail',
  subject: '{% if customer.first_name %}{{ customer.first_name }}, t{% else %}T{% endif %}hank you',
  preheader: '',
  html: { ltr: LINKS, rtl: LINKS },
  text: 'Leave: {{ links.unsubscribe }} Survey: {{ links.survey }}{% if coupon %} {{ coupon.code }}{% endif %}',
  words: {},
};
const thanks = (more: Partial<Journey> = {}) =>
  journey({ steps: [wait('pause', 1), send('mail', { template: template.id })], ...more });

const mailOf = (made: TestMail): Mail => {
  if ('refused' in made) throw new Error(made.refused);
  return made.mail;
};

const ofCustomer = (customer = reachableCustomer(), of = thanks(), locale?: string) =>
  testOfCustomer(
    {
      log: { read: async () => undefined },
      catalogue: memoryCatalogue(),
      now: () => NOON,
      secret: () => 'x'.repeat(32),
    },
    {
      to: 'me@shop.example.com',
      template,
      journey: of,
      customer,
      policy: { settings: settings() },
      ...(locale && { locale }),
    },
  );

const ofSample = (variables = {}) =>
  testOfSample({
    to: 'me@shop.example.com',
    template,
    variables,
    format: { locale: 'en', zone: 'UTC', currency: 'EUR' },
    settings: settings(),
  });

const ordered = () => {
  const customer = reachableCustomer();
  customer.facts.orders = [
    { id: 'A-1', placed: { at: NOON, quiet: 'history' }, lines: [['RI-1', 1]] },
  ];
  return customer;
};

describe('a test mail', () => {
  it('is marked, goes to the tester alone, and has nothing by which SES would tell of it', async () => {
    for (const made of [ofSample(), await ofCustomer(ordered())]) {
      const mail = mailOf(made);
      expect(mail).toMatchObject({ to: 'me@shop.example.com', tags: {} });
      expect(mail.subject).toMatch(/^\[Test\] .*hank you$/);
      expect(mail).not.toHaveProperty('unsubscribeUrl');
      expect(JSON.stringify(mail)).not.toContain('ruta@example.com');
      const asked = sesRequest(mail, { headers: [TEST_HEADER] });
      if ('fault' in asked) throw new Error(asked.fault);
      expect(asked.request).not.toHaveProperty('ConfigurationSetName');
      expect(asked.request).not.toHaveProperty('EmailTags');
      expect(asked.request.Content?.Simple?.Headers).toEqual([TEST_HEADER]);
    }
  });

  it('has links that lead to the front page, and that no page of ours would take', async () => {
    for (const made of [ofSample(), await ofCustomer(ordered())]) {
      const { html, text } = mailOf(made);
      const links = [...`${html} ${text}`.matchAll(/https:\/\/[^\s"<]+/g)].map(([link]) => link);
      expect(links.length).toBeGreaterThan(3);
      for (const link of links) {
        expect(new URL(link)).toMatchObject({
          host: 'shop.example.com',
          pathname: '/',
          search: '',
        });
        const token = link.split('/').at(-1)?.split('?')[0] ?? '';
        for (const purpose of TOKEN_PURPOSES) {
          expect(readToken(token, purpose, stage, NOON)).toMatchObject({ ok: false });
        }
      }
    }
  });

  it('carries a coupon that the stage would never have made', async () => {
    const promising = thanks({
      steps: [send('mail', { template: template.id, coupon: { percent: 10, validDays: 7 } })],
    });
    const code = mailOf(await ofCustomer(ordered(), promising))
      .text.trim()
      .split(' ')
      .at(-1);
    expect(code).toMatch(/^[A-Z0-9-]{10,}$/);
    expect(code).not.toBe(couponCode('test', undefined, stage));
  });

  it('is about the newest thing that the journey could be about, imported or not', async () => {
    expect('mail' in (await ofCustomer(ordered()))).toBe(true);
    expect('mail' in (await ofCustomer(ordered(), thanks({ trigger: 'Reorder Due' })))).toBe(true);
    expect('mail' in (await ofCustomer(emptyCustomer('c'), thanks({ trigger: 'identify' })))).toBe(
      true,
    );
    expect(await ofCustomer(ordered(), thanks({ trigger: 'Cart Updated' }))).toEqual({
      refused: 'This customer has no cart for this mail.',
    });
    expect(await ofCustomer(emptyCustomer('c'))).toMatchObject({ refused: expect.any(String) });
  });

  it('says why a mail would not go at all', async () => {
    const aborting = { ...template, text: "{% abort_message 'no name' %}" };
    const made = testOfSample({
      to: 'me@shop.example.com',
      template: aborting,
      variables: {},
      format: { locale: 'en', zone: 'UTC', currency: 'EUR' },
      settings: settings(),
    });
    expect(made).toEqual({ refused: 'The mail says itself that it is not sent: no name' });
  });

  it('can be a file that mail programs open', () => {
    const mail = { ...mailOf(ofSample({ customer: { first_name: 'Անահիտ' } })), text: 'Բարև\n' };
    const file = emlOf(mail, [TEST_HEADER], NOON);
    expect(Math.max(...file.split('\r\n').map((line) => line.length))).toBeLessThan(200);
    const [head = '', ...parts] = file.split(/--perennial-\S+\r\n(?!$)/);
    const headers = head.replaceAll('\r\n ', ' ').split('\r\n');
    expect(headers).toContain('From: "Amber & Oak" <hello@shop.example.com>');
    expect(headers).toContain('To: me@shop.example.com');
    expect(headers).toContain(`${TEST_HEADER.Name}: ${TEST_HEADER.Value}`);
    const subject = headers.find((line) => line.startsWith('Subject: ')) ?? '';
    const words = [...subject.matchAll(/=\?UTF-8\?B\?([^?]+)\?=/g)].map(([, word = '']) =>
      Buffer.from(word, 'base64').toString(),
    );
    expect(words.join('')).toBe(mail.subject);
    const bodies = parts.map((part) =>
      Buffer.from((part.split('\r\n\r\n')[1] ?? '').split('--')[0] ?? '', 'base64').toString(),
    );
    expect(bodies).toEqual([mail.text, mail.html]);
  });
});
