import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHandler } from '../../functions/handlers/pages.ts';
import { httpEvent, lambdaContext } from '../builders/http-events.ts';
import {
  CUSTOMER,
  NOW,
  page,
  pagesWorld as world,
  post,
  SHOP,
  token,
  valuesOf,
} from '../builders/pages-world.ts';
import { settings } from '../builders/policy.ts';
import { profileOf } from '../../functions/domain/customer.ts';
import { permission } from '../../functions/domain/consent.ts';
import type { LinkToken } from '../../functions/contract/tokens.ts';

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

  it('asks nothing about topics before: one button, and all marketing stops', async () => {
    const { call, gates } = world();
    const path = `/u/${token({ topic: 'feedback' })}`;
    const { body } = await call(page(path));
    expect(body).not.toMatch(/<input/);
    expect(body.match(/<button/g)).toHaveLength(1);
    await call(post(path, 'scope=topic&topic=offers'));
    expect(Object.keys(gates.get(CUSTOMER)?.withdrawn ?? {})).toEqual(['*']);
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
    const { call, events, deps } = world();
    const broken = createHandler({
      ...deps,
      log: {
        append: () => Promise.reject(new Error('down')),
        appendAndNarrow: () => Promise.reject(new Error('down')),
      },
    });
    const answer = await broken(httpEvent(post(`/u/${token()}`, '')), lambdaContext);
    expect(answer.statusCode).toBe(503);
    expect(events()).toEqual([]);
    expect((await call(page(`/u/${token()}`))).status).toBe(200);
  });
});

const BACK = { purpose: 'marketing', topic: 'offers' } as const;

describe('after leaving', () => {
  const left = async () => {
    const all = world(SHOP, false);
    await all.happened('Consent Given', { source: 'checkout' });
    const path = `/u/${token()}`;
    const answer = await all.call(post(path, ''));
    const [undo = ''] = valuesOf(answer.body, 'undo');
    const may = (topic: 'offers' | 'feedback' = 'offers') =>
      permission(all.customer(), all.gate(), { ...BACK, topic }, settings(), NOW).ok;
    return { ...all, path, body: answer.body, undo, may };
  };

  it('says first that it is done, then offers what else there is', async () => {
    const { body, may } = await left();
    expect(may()).toBe(false);
    const places = ['will send you no more', 'Why do you leave?', 'rather get less', 'by mistake'];
    const found = places.map((text) => body.indexOf(text));
    expect(found).toEqual([...found].sort((a, b) => a - b));
    expect(found[0]).toBeGreaterThan(0);
  });

  it('undo truly opens again, with the words that stood there', async () => {
    const { call, path, undo, may, events } = await left();
    const { body } = await call(post(path, `do=undo&undo=${undo}`));
    expect(body).toContain('may send you marketing mail again');
    expect(may()).toBe(true);
    const [, way = ''] = /href="([^"?]+)/.exec(body) ?? [];
    expect((await call(page(way))).body).toContain('What you get from us');
    expect(events().at(-1)).toMatchObject({
      name: 'Consent Given',
      mode: 'history',
      properties: {
        source: 'unsubscribe-undo',
        wording: 'Amber & Oak <i> may send me marketing mail again.',
      },
    });
  });

  it('undo opens where the clock of who took the leaving was ahead', async () => {
    const { call, path, undo, may, pass } = await left();
    pass(-1000);
    await call(post(path, `do=undo&undo=${undo}`));
    expect(may()).toBe(true);
  });

  it('topics open alone, each with its own words', async () => {
    const { call, path, undo, may, events } = await left();
    const { body } = await call(post(path, `do=keep&undo=${undo}&topic=feedback`));
    expect(body).toContain('You will get: feedback requests.');
    expect([may('feedback'), may('offers')]).toEqual([true, false]);
    expect(events().at(-1)?.properties).toMatchObject({
      topic: 'feedback',
      wording: 'Amber & Oak <i> may send me: feedback requests',
    });
  });

  it('a reason is one of ours, and nobody has to give one', async () => {
    const { call, path, undo, may, events } = await left();
    const before = events().length;
    await call(post(path, `do=why&undo=${undo}&reason=anything`));
    expect(events()).toHaveLength(before);
    const { body } = await call(post(path, `do=why&undo=${undo}&reason=too-many`));
    expect(body).toContain('Thank you for telling us');
    expect(body).toContain('by mistake');
    expect(events().at(-1)).toMatchObject({
      name: 'Reason Given',
      properties: { about: 'unsubscribe', reason: 'too-many', messageId: 'm-1' },
    });
    expect(may()).toBe(false);
  });

  it('gives nobody else a way back: not later, not by another mail, not by the link alone', async () => {
    const { call, path, undo, may, pass, events } = await left();
    const stored = events().length;
    const other = token({ purpose: 'undo', messageId: 'm-2', expiresAt: NOW * 2 });
    for (const forged of ['', 'x', other, token({ purpose: 'survey' })]) {
      expect((await call(post(path, `do=undo&undo=${forged}`))).status).toBe(404);
    }
    pass(3_600_000);
    expect((await call(post(path, `do=undo&undo=${undo}`))).status).toBe(410);
    expect(events()).toHaveLength(stored);
    expect(may()).toBe(false);
  });

  it('says so where no act of the customer can open it', async () => {
    const { call, path, undo, gate, gates, events } = await left();
    gates.set(CUSTOMER, { ...gate(), suppressed: { code: 'complaint', at: NOW } });
    const stored = events().length;
    const { body } = await call(post(path, `do=undo&undo=${undo}`));
    expect(body).toContain('We cannot send you marketing mail');
    expect(events()).toHaveLength(stored);
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

  it.each([
    ['nps', '10', 'What did you like best?'],
    ['nps', '8', 'What would have made it better?'],
    ['nps', '6', 'What went wrong?'],
    ['csat', '4', 'What did you like best?'],
    ['csat', '3', 'What would have made it better?'],
    ['csat', '2', 'What went wrong?'],
    ['ces', '7', 'What did you like best?'],
    ['ces', '4', 'What would have made it better?'],
    ['ces', '1', 'What went wrong?'],
    ['yes-no', '0', 'Anything you would like to add?'],
  ])('saves %s %s with one tap, and then asks: %s', async (name, score, question) => {
    const { call, events } = world();
    const { status, body } = await call(post(survey(), `score=${score}`, { survey: name }));
    expect(status).toBe(200);
    expect(body).toContain('Your answer is saved');
    expect(body).toContain(question);
    expect(events()).toMatchObject([
      {
        name: 'Feedback Submitted',
        aliasId: CUSTOMER,
        properties: { survey: name, occasion: 'm-1', score: Number(score), language: 'en' },
      },
    ]);
  });

  it('keeps the words, and the consent to quote them as it was read, with its time', async () => {
    const { call, events, customer } = world();
    await call(post(survey(), 'score=10'));
    const words = 'do=tell&score=10&comment=Gra%C5%BEu%21&quote=yes';
    const { body } = await call(post(survey(), words, { lang: 'lt' }));
    expect(body).toContain('cituoti nenurodant');
    expect(events().at(-1)?.properties).toMatchObject({
      score: 10,
      comment: 'Gražu!',
      quoteWording: `Parduotuvė „${SHOP.name}“ gali viešai cituoti šiuos žodžius, nenurodydama mano vardo.`,
      quoteAt: expect.any(Number),
      language: 'lt',
    });
    expect(customer().facts.feedback).toHaveLength(1);
  });

  it('quotes nothing without words, and nothing that was not agreed to', async () => {
    const { call, events } = world();
    await call(post(survey(), 'do=tell&score=10&comment=+&quote=yes'));
    expect(events()).toEqual([]);
    await call(post(survey(), 'do=tell&score=10&comment=good'));
    expect(events().at(-1)?.properties).not.toHaveProperty('quoteWording');
  });

  it('says what was answered before; the same again is nothing new, another one replaces it', async () => {
    const { call, events, customer } = world();
    await call(post(survey(), 'score=7'));
    const again = await call(page(survey(), { query: { score: '9' } }));
    expect(again.body).toContain('You answered before: 7.');
    expect(again.body).toContain('value="9" required checked');
    expect((await call(post(survey(), 'score=7'))).body).toContain(
      'We have this answer already: 7',
    );
    expect(events()).toHaveLength(1);
    const changed = await call(post(survey(), 'score=3'));
    expect(changed.body).toContain('Your answer was 7 and is now 3.');
    expect(customer().facts.feedback).toMatchObject([{ score: 3 }]);
    const other = await call(page(survey({ messageId: 'm-2' })));
    expect(other.body).not.toContain('before');
  });

  it('goes on where what was answered before cannot be read', async () => {
    const { deps, events } = world();
    const people = { look: () => Promise.reject(new Error('down')) };
    const handler = createHandler({ ...deps, people });
    const answer = await handler(httpEvent(post(survey(), 'score=7')), lambdaContext);
    expect(answer.statusCode).toBe(200);
    expect(events()).toHaveLength(1);
  });

  it('asks again when no score was chosen', async () => {
    const { call, events } = world();
    for (const body of ['', 'score=11', 'score=-1', 'score=1e0', 'do=tell&comment=x']) {
      const answer = await call(post(survey(), body));
      expect([body, answer.status]).toEqual([body, 422]);
      expect(answer.body).toContain('role="alert"');
    }
    expect(events()).toEqual([]);
  });

  it('asks what its link asks, on its own scale', async () => {
    const { call, events } = world();
    for (const [survey_, radios, wrong] of [
      ['csat', 5, '0 6 9'],
      ['ces', 7, '0 8'],
      ['yes-no', 2, '2'],
    ] as const) {
      const query = { survey: survey_ };
      const { body } = await call(page(survey(), { query }));
      expect(body.match(/type="radio"/g)).toHaveLength(radios);
      for (const score of wrong.split(' ')) {
        expect((await call(post(survey(), `score=${score}`, query))).status).toBe(422);
      }
    }
    expect(events()).toEqual([]);
  });

  it('takes a yes or a no, and says it in words', async () => {
    const { call } = world();
    const query = { survey: 'yes-no', score: '1', lang: 'lt' };
    const { body } = await call(page(survey(), { query }));
    expect(body).toMatch(/value="1" required checked>Taip/);
    expect(body).toMatch(/value="0" required>Ne/);
    expect((await call(post(survey(), 'score=0', query))).body).toContain('išsaugotas: Ne.');
  });

  it('takes a question that is none of ours for the usual one', async () => {
    const { call } = world();
    const { body } = await call(page(survey(), { query: { survey: 'constructor', score: '9' } }));
    expect(body).toContain('How likely are you to recommend');
  });

  it('says when an answer comes too late, and saves nothing', async () => {
    const { call, events } = world();
    const late = survey({ expiresAt: NOW });
    for (const input of [
      page(late),
      post(late, 'score=9'),
      post(late, 'do=tell&score=9&comment=x'),
    ]) {
      const { status, body } = await call(input);
      expect(status).toBe(410);
      expect(body).toContain('It is too old. Nothing was changed.');
    }
    expect(events()).toEqual([]);
  });
});

describe('the preferences', () => {
  const path = `/p/${token({ purpose: 'preferences' })}`;
  const ALL = 'topic=offers&topic=feedback&topic=reminders';
  const checked = (body: string) =>
    [...body.matchAll(/name="topic" value="(\w+)" checked/g)].map(([, topic]) => topic);

  it('show what may be sent, and saving it unchanged is no event', async () => {
    const { call, events } = world();
    const { body } = await call(page(path));
    expect(checked(body)).toEqual(['offers', 'feedback', 'reminders']);
    expect(body).toContain('<option value="en" lang="en" dir="auto" selected>');
    const saved = await call(post(path, `${ALL}&pause=keep&language=en`));
    expect(saved.body).toContain('Saved.');
    expect(events()).toEqual([]);
  });

  it('show nothing as permitted where nobody ever consented', async () => {
    const { call } = world(SHOP, false);
    expect(checked((await call(page(path))).body)).toEqual([]);
  });

  it('close a topic in the gate before the answer, and open it again', async () => {
    const { call, gate, customer, events } = world();
    const fewer = await call(post(path, 'topic=offers&topic=reminders'));
    expect(checked(fewer.body)).toEqual(['offers', 'reminders']);
    expect(Object.keys(gate().withdrawn)).toEqual(['feedback']);
    expect(checked((await call(page(path))).body)).toEqual(['offers', 'reminders']);
    await call(post(path, ALL));
    expect(events().at(-1)).toMatchObject({
      name: 'Consent Given',
      properties: { topic: 'feedback', source: 'preferences' },
    });
    const about = { purpose: 'marketing', topic: 'feedback' } as const;
    expect(
      permission(customer(), gate(), about, { ...settings(), assumeConsent: true }, NOW).ok,
    ).toBe(true);
  });

  it('without any topic are leaving', async () => {
    const { call, gate } = world();
    await call(post(path, ''));
    expect(Object.keys(gate().withdrawn)).toEqual(['*']);
    await call(post(path, 'topic=offers'));
    expect(checked((await call(page(path))).body)).toEqual(['offers']);
  });

  it('pause for 30 days, say until when, and end the pause', async () => {
    const { call, customer, pass, clock } = world();
    await call(post(path, `${ALL}&pause=start`));
    const [until = 0] = customer().facts.preferences?.pausedUntil ?? [];
    expect(Math.round((until - NOW) / 86_400_000)).toBe(30);
    expect((await call(page(path))).body).toContain('before 1 July 2026');
    await call(post(path, `${ALL}&pause=keep`));
    expect(customer().facts.preferences?.pausedUntil?.[0]).toBe(until);
    pass(86_400_000);
    const ended = await call(post(path, `${ALL}&pause=end`));
    expect(ended.body).toContain('No break');
    expect(customer().facts.preferences?.pausedUntil?.[0]).toBeLessThanOrEqual(clock());
  });

  it('change the language of mails, and no other', async () => {
    const { call, customer, events } = world();
    await call(post(path, `${ALL}&language=xx`));
    expect(events()).toEqual([]);
    await call(post(path, `${ALL}&language=hy`));
    expect(profileOf(customer()).locale).toBe('hy');
    expect((await call(page(path))).body).toContain(
      '<option value="hy" lang="hy" dir="auto" selected>',
    );
    await call(post(path, `${ALL}&language=en`));
    expect(profileOf(customer()).locale).toBe('en-GB');
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
    for (const survey of ['nps', 'csat', 'ces', 'yes-no']) {
      const path = `/s/${token({ purpose: 'survey' })}`;
      const { body } = await call(page(path, { query: { lang, survey } }));
      expect(body).toContain(`lang="${lang}"`);
      expect(body).not.toMatch(/undefined|\[object/);
    }
  });

  it('is the shop’s where the link says none, or one that nobody has written', async () => {
    const { call } = world({ ...SHOP, name: 'S', locale: 'lt-LT' });
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
