import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryLog } from '../../functions/adapters/memory/log.ts';
import type { Gate } from '../../functions/contract/messages.ts';
import { type LinkToken, signToken } from '../../functions/contract/tokens.ts';
import { createHandler } from '../../functions/handlers/pages.ts';
import { type HttpInput, httpEvent, lambdaContext } from '../builders/http-events.ts';

const NOW = Date.UTC(2026, 5, 1, 12);
const SECRETS = { current: 's'.repeat(32) };
const CUSTOMER = 'customer00000000000000';
const token = (more: Partial<LinkToken> = {}) =>
  signToken({ purpose: 'unsubscribe', customerId: CUSTOMER, messageId: 'm-1', ...more }, SECRETS);

function world(shop = { name: 'Amber & Oak <i>', locale: 'en-GB' }) {
  const gates = new Map<string, Gate>();
  const log = memoryLog(gates);
  let now = NOW;
  const handler = createHandler({
    log: log.writer,
    secrets: SECRETS,
    now: () => (now += 1),
    count: () => undefined,
    shop: () => shop,
  });
  const call = async (input: HttpInput) => {
    const { statusCode, headers, body } = await handler(httpEvent(input), lambdaContext);
    return { status: statusCode, headers, body: String(body) };
  };
  const events = () => [...log.rows.values()].map(({ event }) => event);
  return { call, events, gates };
}

const page = (path: string, more: Partial<HttpInput> = {}): HttpInput => ({
  path,
  params: { token: path.split('/').at(-1) ?? '' },
  ...more,
});
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const post = (path: string, body: string) =>
  page(path, { method: 'POST', headers: FORM, body: Buffer.from(body) });

describe('leaving', () => {
  it('takes one click of the mail client, and is in the gate before the answer', async () => {
    const { call, events, gates } = world();
    const { status } = await call(post(`/u/${token()}`, 'List-Unsubscribe=One-Click'));
    expect(status).toBe(200);
    expect(gates.get(CUSTOMER)?.withdrawn['*']).toMatchObject({ source: 'unsubscribe' });
    expect(events()).toMatchObject([
      { name: 'Consent Withdrawn', aliasId: CUSTOMER, channel: 'email', verified: true },
    ]);
  });

  it('asks nothing of the form of the request', async () => {
    for (const [type, body] of [
      [
        'multipart/form-data; boundary=x',
        '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--',
      ],
      ['text/plain', ''],
      ['application/x-www-form-urlencoded', 'scope=topic'],
    ] as const) {
      const { call, gates } = world();
      const request = page(`/u/${token()}`, {
        method: 'POST',
        body,
        headers: { 'content-type': type },
      });
      expect((await call(request)).status).toBe(200);
      expect(gates.get(CUSTOMER)?.withdrawn['*']).toBeDefined();
    }
  });

  it('again and again is fine, and again after coming back it counts again', async () => {
    const { call, gates } = world();
    await call(post(`/u/${token()}`, ''));
    const first = gates.get(CUSTOMER)?.withdrawn['*']?.at ?? 0;
    expect((await call(post(`/u/${token()}`, ''))).status).toBe(200);
    expect(gates.get(CUSTOMER)?.withdrawn['*']?.at).toBeGreaterThan(first);
  });

  it('can be for what the mail was about only', async () => {
    const { call, gates } = world();
    const path = `/u/${token({ topic: 'feedback' })}`;
    expect((await call(page(path))).body).toContain('Only feedback requests');
    await call(post(path, 'scope=topic'));
    expect(Object.keys(gates.get(CUSTOMER)?.withdrawn ?? {})).toEqual(['feedback']);
  });

  it('never happens by looking: GET and HEAD change nothing, whatever their query', async () => {
    const { call, events, gates } = world();
    for (const method of ['GET', 'HEAD']) {
      const query = { scope: 'all', 'List-Unsubscribe': 'One-Click' };
      const { status, body } = await call(page(`/u/${token()}`, { method, query }));
      expect(status).toBe(200);
      expect(body.length > 0).toBe(method === 'GET');
    }
    expect(events()).toEqual([]);
    expect(gates.size).toBe(0);
  });

  it('fails visibly when it could not be stored', async () => {
    const { call, events } = world();
    const broken = createHandler({
      log: {
        append: () => Promise.reject(new Error('down')),
        appendAndNarrow: () => Promise.reject(new Error('down')),
      },
      secrets: SECRETS,
      now: () => NOW,
      count: () => undefined,
      shop: () => ({ name: 'S', locale: 'en' }),
    });
    const answer = await broken(httpEvent(post(`/u/${token()}`, '')), lambdaContext);
    expect(answer.statusCode).toBe(503);
    expect(events()).toEqual([]);
    expect((await call(page(`/u/${token()}`))).status).toBe(200);
  });
});

describe('the survey', () => {
  const survey = (more: Partial<LinkToken> = {}) => `/s/${token({ purpose: 'survey', ...more })}`;

  it('preselects the score of the link and saves nothing by loading', async () => {
    const { call, events } = world();
    for (const method of ['GET', 'HEAD'])
      await call(page(survey(), { method, query: { score: '9' } }));
    const { body } = await call(page(survey(), { query: { score: '9' } }));
    expect(body).toContain('value="9" required checked');
    expect(body.match(/ checked/g)).toHaveLength(1);
    expect(events()).toEqual([]);
  });

  it('saves score and comment by the form', async () => {
    const { call, events } = world();
    const { status, body } = await call(post(survey(), 'score=10&comment=Gra%C5%BEu%21'));
    expect(status).toBe(200);
    expect(body).toContain('Thank you');
    expect(events()).toMatchObject([
      {
        name: 'Feedback Submitted',
        aliasId: CUSTOMER,
        properties: { survey: 'nps', occasion: 'm-1', score: 10, comment: 'Gražu!' },
      },
    ]);
  });

  it('asks again, and keeps the comment, when no score was chosen', async () => {
    const { call, events } = world();
    const { status, body } = await call(post(survey(), 'comment=%3Cb%3Ehi&score=11'));
    expect(status).toBe(422);
    expect(body).toContain('&lt;b&gt;hi</textarea>');
    expect(events()).toEqual([]);
  });

  it('asks what its link asks, on its own scale, and says so in the answer', async () => {
    const { call, events } = world();
    const csat = { query: { survey: 'csat', score: '4' } };
    const { body } = await call(page(survey(), csat));
    expect(body).toContain('How satisfied are you with');
    expect(body).toContain('value="4" required checked');
    expect(body.match(/type="radio"/g)).toHaveLength(5);
    const answer = { ...post(survey(), 'score=2'), query: { survey: 'csat' } };
    expect((await call(answer)).status).toBe(200);
    for (const score of ['0', '6', '9']) {
      const wrong = { ...post(survey(), `score=${score}`), query: { survey: 'csat' } };
      expect((await call(wrong)).status).toBe(422);
    }
    expect(events()).toMatchObject([{ properties: { survey: 'csat', score: 2 } }]);
  });

  it('takes a yes or a no', async () => {
    const { call, events } = world();
    const query = { survey: 'yes-no', score: '1', lang: 'lt' };
    const { body } = await call(page(survey(), { query }));
    expect(body).toMatch(/value="1" required checked>Taip/);
    expect(body).toMatch(/value="0" required>Ne/);
    await call({ ...post(survey(), 'score=0'), query });
    expect(events()).toMatchObject([{ properties: { survey: 'yes-no', score: 0 } }]);
  });

  it('takes a question that is none of ours for the usual one', async () => {
    const { call } = world();
    const { body } = await call(page(survey(), { query: { survey: 'constructor', score: '9' } }));
    expect(body).toContain('How likely are you to recommend');
  });

  it('ends with its link', async () => {
    const { call } = world();
    expect((await call(page(survey({ expiresAt: NOW })))).status).toBe(410);
  });
});

describe('the language of a page', () => {
  it.each([
    ['en', 'ltr', 'Unsubscribe'],
    ['lt', 'ltr', 'Atsisakyti laiškų'],
    ['ar', 'rtl', 'إلغاء الاشتراك'],
    ['hu', 'ltr', 'Leiratkozás'],
    ['hy', 'ltr', 'Հրաժարվել նամակներից'],
  ])('%s is that of the mail whose link was clicked', async (lang, dir, title) => {
    const { call } = world();
    const left = await call(page(`/u/${token()}`, { query: { lang } }));
    expect(left.body).toContain(`<html lang="${lang}" dir="${dir}">`);
    expect(left.body).toContain(title);
    for (const survey of ['nps', 'csat', 'yes-no']) {
      const path = `/s/${token({ purpose: 'survey' })}`;
      const { body } = await call(page(path, { query: { lang, survey } }));
      expect(body).toContain(`lang="${lang}"`);
      expect(body).not.toMatch(/undefined|\[object/);
    }
  });

  it('is the shop’s where the link says none, or one that nobody has written', async () => {
    const { call } = world({ name: 'S', locale: 'lt-LT' });
    for (const query of [{}, { lang: 'xx' }, { lang: '"><script>' }, { lang: 'toString' }]) {
      const { body } = await call(page(`/u/${token()}`, { query }));
      expect(body).toContain('<html lang="lt" dir="ltr">');
    }
  });
});

describe('every page', () => {
  it('loads nothing, leaks nothing, and is in no index and no cache', async () => {
    const { call } = world();
    for (const path of [`/u/${token()}`, `/s/${token({ purpose: 'survey' })}`, '/u/forged']) {
      const { headers, body } = await call(page(path));
      expect(headers).toMatchObject({
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-robots-tag': 'noindex, nofollow',
        'content-type': 'text/html; charset=utf-8',
      });
      expect(headers?.['content-security-policy']).toMatch(
        /^default-src 'none'; style-src 'sha256-/,
      );
      expect(body).not.toMatch(/<script|<link|<img|<iframe|\son\w+=|https?:/i);
      expect(body).toContain('<html lang="en" dir="ltr">');
      expect(body).toContain('Amber &amp; Oak &lt;i&gt;');
    }
  });

  it('refuses tokens of others, of another page, and other methods', async () => {
    const { call, events } = world();
    const survey = token({ purpose: 'survey' });
    expect((await call(post(`/u/${survey}`, ''))).status).toBe(404);
    expect((await call(post(`/s/${token()}`, 'score=1'))).status).toBe(404);
    expect((await call(page(`/u/${token()}`, { method: 'PUT' }))).status).toBe(405);
    expect((await call(post(`/u/${token()}`, 'x'.repeat(20_000)))).status).toBe(413);
    await fc.assert(
      fc.asyncProperty(fc.string(), async (text) => {
        expect((await call(post(`/u/${text}`, ''))).status).toBe(404);
      }),
      { numRuns: 100 },
    );
    expect(events()).toEqual([]);
  });
});
