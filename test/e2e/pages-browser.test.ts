/** Each page in a real browser, as a customer meets it: pressed, read by axe, from both sides, in the dark. */
import { mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pagesWorld, SHOP, token } from '../builders/pages-world.ts';
import { complaintsOf, hasBrowser, openBrowser, violationsOn } from './studio-browser.ts';

/** Where pictures of the pages go, for people to look at; nowhere when unset. */
const PICTURES = process.env['PAGE_PICTURES'];

let browser: Browser;
let server: Server;
let origin: string;
let world: ReturnType<typeof pagesWorld>;

beforeAll(async () => {
  browser = await openBrowser();
  server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const parts: Buffer[] = [];
    request.on('data', (part) => parts.push(part));
    request.on('end', async () => {
      const answer = await world.call({
        method: request.method ?? 'GET',
        path: url.pathname,
        params: { token: url.pathname.split('/').at(-1) ?? '' },
        query: Object.fromEntries(url.searchParams),
        headers: { 'content-type': request.headers['content-type'] ?? '' },
        body: Buffer.concat(parts),
      });
      response.writeHead(answer.status ?? 500, answer.headers as Record<string, string>);
      response.end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await browser.close();
  server.close();
});

const VIEWS = [
  { width: 375, colorScheme: 'light' },
  { width: 375, colorScheme: 'dark' },
  { width: 1280, colorScheme: 'light' },
  { width: 1280, colorScheme: 'dark' },
] as const;

/** At both widths, in light and dark: no violation, nothing wider than the screen, targets large enough. */
async function looksRight(page: Page, name: string): Promise<void> {
  for (const { width, colorScheme } of VIEWS) {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    expect(await violationsOn(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThan(
      1,
    );
    const small = await page
      .locator('button, select, textarea, label.choice, .scores label')
      .evaluateAll((all) => all.filter((each) => each.getBoundingClientRect().height < 44).length);
    expect([name, small]).toEqual([name, 0]);
    if (!PICTURES) continue;
    mkdirSync(PICTURES, { recursive: true });
    await page.screenshot({
      path: join(PICTURES, `${name}-${width}-${colorScheme}.png`),
      fullPage: true,
    });
  }
}

const press = (page: Page, act?: string) =>
  page.locator(act ? `form:has([value=${act}]) button` : 'form button').click();

/** axe is a script of the test; the pages themselves have none, and their policy forbids all others. */
async function visitor(): Promise<{ page: Page; complaints: string[]; end(): Promise<void> }> {
  world = pagesWorld({ ...SHOP, name: 'Amber & Oak' });
  const context = await browser.newContext({ bypassCSP: false });
  const page = await context.newPage();
  return { page, complaints: complaintsOf(page), end: () => context.close() };
}

describe.skipIf(!hasBrowser)('in a browser', () => {
  it.each(['en', 'ar'])(
    'a survey is answered with one tap and told with a second, %s',
    async (lang) => {
      const { page, complaints, end } = await visitor();
      const link = `${origin}/s/${token({ purpose: 'survey' })}?lang=${lang}`;
      await page.goto(`${link}&score=9`);
      expect(world.events()).toEqual([]);
      expect(await page.locator('html').getAttribute('dir')).toBe(lang === 'ar' ? 'rtl' : 'ltr');
      await looksRight(page, `survey-${lang}`);
      await press(page);
      expect(world.events()).toHaveLength(1);
      await looksRight(page, `survey-why-${lang}`);
      await page.locator('textarea').fill('A ring like no other');
      await page.locator('[name=quote]').check();
      await press(page);
      expect(world.events().at(-1)?.properties).toMatchObject({
        score: 9,
        quoteAt: expect.any(Number),
      });
      await looksRight(page, `survey-told-${lang}`);
      await page.goto(`${link}&score=2`);
      await looksRight(page, `survey-again-${lang}`);
      for (const survey of ['csat', 'ces', 'yes-no']) {
        await page.goto(`${link}&survey=${survey}&score=1`);
        await looksRight(page, `${survey}-${lang}`);
      }
      expect(complaints).toEqual([]);
      await end();
    },
    120_000,
  );

  it.each(['en', 'ar'])(
    'leaving takes one tap, and so does undo, %s',
    async (lang) => {
      const { page, complaints, end } = await visitor();
      await page.goto(`${origin}/u/${token()}?lang=${lang}`);
      await looksRight(page, `leave-${lang}`);
      await press(page);
      expect(world.gate().withdrawn['*']).toBeDefined();
      await looksRight(page, `left-${lang}`);
      await page.locator('[value=too-many]').check();
      await press(page, 'why');
      await looksRight(page, `left-why-${lang}`);
      await press(page, 'undo');
      await looksRight(page, `back-${lang}`);
      expect(world.events().at(-1)).toMatchObject({ name: 'Consent Given' });
      expect(complaints).toEqual([]);
      await end();
    },
    120_000,
  );

  it.each(['en', 'ar'])(
    'preferences are chosen and saved, %s',
    async (lang) => {
      const { page, complaints, end } = await visitor();
      await page.goto(`${origin}/p/${token({ purpose: 'preferences' })}?lang=${lang}`);
      await looksRight(page, `preferences-${lang}`);
      await page.locator('[name=topic][value=offers]').uncheck();
      await page.locator('[value=start]').check();
      await page.locator('select').selectOption('hy');
      await press(page);
      await looksRight(page, `preferences-saved-${lang}`);
      expect(Object.keys(world.gate().withdrawn)).toEqual(['offers']);
      expect(world.customer().facts.preferences).toMatchObject({
        language: ['hy', expect.any(Number)],
      });
      await page.goto(`${origin}/p/forged?lang=${lang}`);
      await looksRight(page, `broken-${lang}`);
      expect(complaints.filter((text) => !text.includes('404'))).toEqual([]);
      await end();
    },
    120_000,
  );
});
