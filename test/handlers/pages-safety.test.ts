/** What no visit may do, whoever makes it, on every page, over the tables as they are deployed. */
import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dynamoGates } from '../../functions/adapters/dynamodb/gates.ts';
import { dynamoLogWriter } from '../../functions/adapters/dynamodb/log-writer.ts';
import { readCustomer } from '../../functions/adapters/dynamodb/customer-reader.ts';
import type { DocumentClient } from '../../functions/adapters/dynamodb/client.ts';
import { ROUTES } from '../../functions/contract/routes.ts';
import { TOKEN_PURPOSES } from '../../functions/contract/tokens.ts';
import { createHandler } from '../../functions/handlers/pages.ts';
import { LANGUAGES } from '../../functions/pages/texts.ts';
import { type HttpInput, httpEvent, lambdaContext } from '../builders/http-events.ts';
import { NOW, page, post, SECRETS, SHOP, token, valuesOf } from '../builders/pages-world.ts';
import { TinyDynamo } from '../builders/tiny-dynamo.ts';
import { settings } from '../builders/policy.ts';

const PAGES = ['unsubscribe', 'survey', 'preferences'] as const;
const pathOf = (route: (typeof PAGES)[number], text: string) =>
  ROUTES[route].replace('{token}', text);
const OWN = PAGES.map((purpose) => pathOf(purpose, token({ purpose })));

function world() {
  const dynamo = new TinyDynamo();
  const client = dynamo as unknown as DocumentClient;
  const tables = { client, logTable: 'log', stateTable: 'state' };
  let now = NOW;
  const handler = createHandler({
    log: dynamoLogWriter({ ...tables, pause: async () => undefined }),
    people: {
      look: async (id) => {
        const customer = await readCustomer({ ...tables, consistent: true }, id);
        return { customer, gate: await dynamoGates(client, 'state').load(customer.id) };
      },
    },
    bases: () => ({ ...settings(), assumeConsent: true }),
    secrets: SECRETS,
    now: () => (now += 1),
    count: () => undefined,
    shop: () => SHOP,
  });
  const call = async (input: HttpInput) => {
    const { statusCode, headers, body } = await handler(httpEvent(input), lambdaContext);
    return { status: statusCode, headers, body: String(body) };
  };
  const digest = () => {
    const rows = [...dynamo.tables].map(([name, items]) => [name, [...items]]);
    return createHash('sha256').update(JSON.stringify(rows)).digest('hex');
  };
  return { call, digest };
}

const AGENTS = [
  '',
  'curl/8',
  'Mozilla/5.0 (Windows NT 10.0) SafeLinks',
  'GoogleImageProxy',
  'Barracuda',
];

describe('a visit that is no POST', () => {
  it('never changes anything, by any agent, in any number, at once, with any query and body', async () => {
    const { call, digest } = world();
    // Something is there that could change.
    for (const path of OWN) await call(post(path, 'score=9&topic=offers'));
    const before = digest();
    const visit = fc.record({
      path: fc.constantFrom(...OWN),
      method: fc.constantFrom('GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH'),
      agent: fc.constantFrom(...AGENTS),
      query: fc.dictionary(fc.constantFrom('score', 'do', 'topic', 'lang', 'survey'), fc.string()),
      body: fc.constantFrom('', 'score=1', 'do=undo', 'pause=start', 'List-Unsubscribe=One-Click'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(visit, { minLength: 1, maxLength: 8 }), async (visits) => {
        const answers = await Promise.all(
          visits.map(({ path, method, agent, query, body }) =>
            call(page(path, { method, query, body, headers: { 'user-agent': agent } })),
          ),
        );
        for (const { status } of answers) expect([200, 405]).toContain(status);
        expect(digest()).toBe(before);
      }),
      { numRuns: 100 },
    );
    await call(post(OWN[0] ?? '', ''));
    expect(digest()).not.toBe(before);
  });
});

describe('a token', () => {
  it('opens its own page and no other, and nothing is stored by the others', async () => {
    const { call, digest } = world();
    const before = digest();
    for (const route of PAGES) {
      for (const purpose of TOKEN_PURPOSES.filter((each) => each !== route)) {
        const path = pathOf(route, token({ purpose }));
        for (const input of [page(path), post(path, 'score=9&topic=offers')]) {
          expect([route, purpose, (await call(input)).status]).toEqual([route, purpose, 404]);
        }
      }
    }
    expect(digest()).toBe(before);
  });
});

/** Every page that a visitor can come to, in one language. */
async function everyPage(
  lang: string,
): Promise<Awaited<ReturnType<ReturnType<typeof world>['call']>>[]> {
  const { call } = world();
  const [unsubscribe = '', survey = '', preferences = ''] = OWN;
  const query = { lang };
  const left = await call(post(unsubscribe, '', query));
  const undo = valuesOf(left.body, 'undo')[0] ?? '';
  const answered = ['nps', 'csat', 'ces', 'yes-no'].flatMap((name) => [
    page(survey, { query: { lang, survey: name } }),
    post(survey, 'score=1', { lang, survey: name }),
  ]);
  const inputs = [
    page(unsubscribe, { query }),
    post(unsubscribe, `do=why&reason=other&undo=${undo}`, query),
    post(unsubscribe, `do=keep&topic=offers&topic=feedback&undo=${undo}`, query),
    post(unsubscribe, `do=undo&undo=${undo}`, query),
    ...answered,
    post(survey, 'do=tell&score=9&comment=x&quote=yes', query),
    post(survey, '', query),
    page(preferences, { query }),
    post(preferences, 'topic=offers&pause=start&language=hy', query),
    page('/u/forged', { query }),
  ];
  const pages = [left];
  for (const input of inputs) pages.push(await call(input));
  return pages;
}

describe('every page', () => {
  it.each(Object.keys(LANGUAGES))('is small, closed and complete in %s', async (lang) => {
    for (const { headers, body } of await everyPage(lang)) {
      expect(Buffer.byteLength(body)).toBeLessThan(30 * 1024);
      expect(body).toContain(`<html lang="${lang}"`);
      expect(body).not.toMatch(/undefined|\[object|NaN/);
      expect(body).not.toMatch(/<script|<link|<img|<iframe|\son\w+=|https?:|style=/i);
      expect(body.match(/<style>/g)).toHaveLength(1);
      expect(body.match(/<h1>/g)).toHaveLength(1);
      expect(headers).toMatchObject({
        'referrer-policy': 'no-referrer',
        'x-robots-tag': 'noindex, nofollow',
      });
      expect(headers?.['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha/);
      expect(headers).not.toHaveProperty('set-cookie');
      expect(headers).not.toHaveProperty('location');
    }
  });
});
