/** Words and journeys in a real browser, with JavaScript and without. */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  complaintsOf,
  openBrowser,
  type RunningStudio,
  runStudio,
  violationsOn,
} from './studio-browser.ts';

const FOLDER = 'win-back';
const fileOf = (locale: string) => `${FOLDER}/locales/${locale}.json`;
const JOURNEY = `${FOLDER}/journey.yaml`;

let browser: Browser;
let studio: RunningStudio;
let context: BrowserContext | undefined;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  studio = await runStudio({
    figures: () => [
      { journey: FOLDER, step: 'hello', planned: 1200, sent: 1000, suppressed: 200, clicked: 250 },
    ],
  });
});
afterEach(async () => {
  await context?.close();
  studio.stop();
});

async function open(path: string, options: BrowserContextOptions = {}) {
  context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints = complaintsOf(page);
  await page.goto(`${studio.origin}${path}`);
  return { page, complaints };
}
const noScript = { javaScriptEnabled: false };
const words = `/studio/words/${FOLDER}`;

type Words = { [group: string]: { [key: string]: unknown } };
const read = (locale: string) => JSON.parse(studio.read(fileOf(locale))) as Words;

/** Adds a plural to English, which the others now lack. */
function addPlural(): void {
  const json = read('en.default');
  Object.assign(json['hello'] ?? {}, { pieces: { one: 'one piece', other: '{{ count }} pieces' } });
  studio.write(fileOf('en.default'), `${JSON.stringify(json, null, 2)}\n`);
}

const cell = (page: Page, locale: string, key: string) => page.locator(`[id="w-${locale}-${key}"]`);
const area = (page: Page, locale: string, key: string, form = 'text') =>
  page.locator(`[id="w-${locale}-${key}.${form}"]`);

describe('the words table', () => {
  it('tells what is wrong as it is typed, and saves in its place when it is mended', async () => {
    const { page, complaints } = await open(words);
    const before = studio.read(fileOf('lt'));
    const old = String(read('lt')['hello']?.['subject']);
    const subject = area(page, 'lt', 'hello.subject');
    const said = cell(page, 'lt', 'hello.subject').locator('.said');
    await subject.fill('Sveiki <b>vėl</b>');
    await said.getByText('HTML in words').waitFor();
    await subject.press('Enter');
    await page.waitForTimeout(300);
    expect(studio.read(fileOf('lt'))).toBe(before);
    await subject.fill('Sveiki vėl');
    await said.getByText('HTML in words').waitFor({ state: 'detached' });
    await subject.press('Enter');
    await said.getByText('Saved').waitFor();
    expect(studio.read(fileOf('lt'))).toBe(
      before.replace(JSON.stringify(old), JSON.stringify('Sveiki vėl')),
    );
    expect(complaints.filter((text) => !text.includes('422'))).toEqual([]);
  });

  it('writes Arabic from right to left', async () => {
    const { page } = await open(words);
    const subject = area(page, 'ar', 'hello.subject');
    expect(await subject.evaluate((element) => getComputedStyle(element).direction)).toBe('rtl');
    expect(await subject.getAttribute('lang')).toBe('ar');
    await subject.fill('اشتقنا إليك');
    await subject.press('Enter');
    await cell(page, 'ar', 'hello.subject').getByText('Saved').waitFor();
    expect(read('ar')['hello']?.['subject']).toBe('اشتقنا إليك');
  });

  it('asks for the plural forms of the language, and marks a word that it lacks', async () => {
    addPlural();
    const { page } = await open(`${words}?missing=1`);
    const lithuanian = cell(page, 'lt', 'hello.pieces');
    expect(await lithuanian.locator('.mark').textContent()).toBe('Missing');
    expect(await lithuanian.locator('label').allTextContents()).toEqual([
      'one 1, 21, 31, 41, …',
      'few 2, 3, 4, 5, …',
      'many 0.5, 1.5, 2.5, 10.5',
      'other 0, 10, 11, 12, …',
    ]);
    const forms = {
      one: '{{ count }} prekė',
      few: '{{ count }} prekės',
      many: '{{ count }} prekės',
    };
    for (const [form, text] of Object.entries(forms)) {
      await area(page, 'lt', 'hello.pieces', form).fill(text);
    }
    await lithuanian.getByRole('button').click();
    await lithuanian.getByText('other: Got no text').waitFor();
    await area(page, 'lt', 'hello.pieces', 'other').fill('{{ count }} prekių');
    await lithuanian.getByRole('button').click();
    await lithuanian.getByText('Saved').waitFor();
    expect(await lithuanian.locator('.mark').count()).toBe(0);
    expect(read('lt')['hello']?.['pieces']).toEqual({ ...forms, other: '{{ count }} prekių' });
  });

  it('tells of somebody who saved the same word, and loses neither text', async () => {
    const { page } = await open(words);
    const json = read('lt');
    Object.assign(json['hello'] ?? {}, { subject: 'Beno žodžiai' });
    studio.write(fileOf('lt'), `${JSON.stringify(json, null, 2)}\n`);
    const subject = area(page, 'lt', 'hello.subject');
    await subject.fill('Anos žodžiai');
    await subject.press('Enter');
    const said = cell(page, 'lt', 'hello.subject').locator('.said');
    await said.getByText('Beno žodžiai').waitFor();
    expect(await subject.inputValue()).toBe('Anos žodžiai');
    expect(read('lt')['hello']?.['subject']).toBe('Beno žodžiai');
    await said.getByRole('button', { name: 'Save mine' }).click();
    await said.getByText('Saved').waitFor();
    expect(read('lt')['hello']?.['subject']).toBe('Anos žodžiai');
  });

  it('takes back what was typed with Escape', async () => {
    const { page } = await open(words);
    const subject = area(page, 'hu', 'hello.subject');
    const before = await subject.inputValue();
    await subject.fill('Más');
    await subject.press('Escape');
    expect(await subject.inputValue()).toBe(before);
  });

  it('saves, refuses and tells of a conflict without JavaScript', async () => {
    const { page } = await open(`${words}?language=lt&language=en`, noScript);
    const subject = area(page, 'lt', 'hello.subject');
    await subject.fill('<i>x</i>');
    await cell(page, 'lt', 'hello.subject').getByRole('button').click();
    await page.getByText('HTML in words').waitFor();
    expect(await subject.inputValue()).toBe('<i>x</i>');
    await subject.fill('Sveiki vėl');
    await cell(page, 'lt', 'hello.subject').getByRole('button').click();
    await cell(page, 'lt', 'hello.subject').getByText('Saved').waitFor();
    expect(read('lt')['hello']?.['subject']).toBe('Sveiki vėl');
    expect(page.url()).toContain('language=lt&language=en');
    const json = read('lt');
    Object.assign(json['hello'] ?? {}, { subject: 'Beno žodžiai' });
    studio.write(fileOf('lt'), JSON.stringify(json));
    await subject.fill('Anos žodžiai');
    await cell(page, 'lt', 'hello.subject').getByRole('button').click();
    await page.getByRole('heading', { name: 'Somebody else changed this word' }).waitFor();
    expect(await page.getByText('Beno žodžiai').count()).toBe(1);
    await page.getByRole('button', { name: 'Save mine' }).click();
    await cell(page, 'lt', 'hello.subject').getByText('Saved').waitFor();
    expect(read('lt')['hello']?.['subject']).toBe('Anos žodžiai');
  });

  it('adds a word in all languages and takes it out again, without JavaScript', async () => {
    const { page } = await open(`${words}/new`, noScript);
    await page.getByLabel('Key').fill('hello.pieces');
    await page.getByLabel('It depends on a number').check();
    await page.getByRole('button', { name: 'Show the forms' }).click();
    await page.getByLabel('In English, one').fill('one piece');
    await page.getByLabel('In English, other').fill('{{ count }} pieces');
    await page.getByRole('button', { name: 'Add' }).click();
    await cell(page, 'en', 'hello.pieces').waitFor();
    expect(await cell(page, 'hu', 'hello.pieces').locator('.mark').textContent()).toBe('Missing');
    expect(read('en.default')['hello']?.['pieces']).toEqual({
      one: 'one piece',
      other: '{{ count }} pieces',
    });
    await page.getByRole('link', { name: 'Remove it' }).click();
    await page.getByRole('button', { name: 'Remove' }).click();
    await page.getByRole('heading', { name: 'Words' }).waitFor();
    expect(read('en.default')['hello']).not.toHaveProperty('pieces');
  });
});

const picture = (page: Page) => page.locator('svg.picture.wide');

describe('a journey', () => {
  it('is drawn anew while its file is typed, and tells what is wrong by line', async () => {
    const { page, complaints } = await open(`/studio/journeys/${FOLDER}`);
    await page.locator('.cm-content').waitFor();
    expect(await picture(page).textContent()).toContain('Waits 14 days');
    // The editor makes the lines that are on the screen.
    await page.locator('.cm-editor').scrollIntoViewIfNeeded();
    await page.locator('.cm-line', { hasText: 'wait: P14D' }).click();
    await page.keyboard.press('End');
    await page.keyboard.insertText('AYS');
    await page.locator('.problems').getByText('Line').waitFor();
    expect(await picture(page).textContent()).toContain('This step cannot be');
    await page.locator('.cm-lintRange-error').first().waitFor();
    for (const _ of 'P4DAYS'.slice(1)) await page.keyboard.press('Backspace');
    await page.keyboard.insertText('0D');
    await picture(page).getByText('Waits 10 days').waitFor();
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('status').getByText('Saved').waitFor();
    expect(studio.read(JOURNEY)).toContain('wait: P10D');
    expect(complaints).toEqual([]);
  });

  it('shows each step in the picture and in the list, with its numbers and its mail', async () => {
    const { page } = await open(`/studio/journeys/${FOLDER}`, noScript);
    for (const text of ['Goes on at 10:00', 'Sends “Hello”', '1,000 sent of 1,200', 'End']) {
      expect(await picture(page).textContent()).toContain(text);
    }
    const steps = page.locator('.journey-steps');
    expect(await steps.textContent()).toContain(
      '1,000 sent of 1,200, 250 clicked (25%), 200 not sent',
    );
    const mail = await steps.getByRole('link', { name: 'Hello' }).getAttribute('href');
    expect(mail).toBe(`/studio/mails/${FOLDER}/hello`);
  });

  it('is checked, drawn and saved without JavaScript', async () => {
    const { page } = await open(`/studio/journeys/${FOLDER}`, noScript);
    const before = studio.read(JOURNEY);
    const text = page.getByLabel(JOURNEY);
    expect(await text.inputValue()).toBe(before);
    await text.fill(
      before.replace('wait: P14D', 'wait: P13D').replace('topic: offers', 'topic: x'),
    );
    await page.getByRole('button', { name: 'Check and draw' }).click();
    await page.locator('.problems').getByText('wanted', { exact: false }).waitFor();
    expect(await picture(page).textContent()).toContain('Waits 13 days');
    expect(studio.read(JOURNEY)).toBe(before);
    await text.fill(before.replace('wait: P14D', 'wait: P13D'));
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('status').getByText('Saved').waitFor();
    expect(studio.read(JOURNEY)).toBe(before.replace('wait: P14D', 'wait: P13D'));
  });
});

const SCREENS = [
  { width: 1280, height: 900, colorScheme: 'light' },
  { width: 375, height: 800, colorScheme: 'dark' },
] as const;

describe('every page', () => {
  it.each([
    words,
    `${words}/new?plural=1`,
    `/studio/journeys/${FOLDER}`,
    '/studio/journeys/feedback-reply',
  ])('%s can be read by everybody, and is never wider than the screen', async (path) => {
    addPlural();
    const { page } = await open(path);
    for (const { colorScheme, ...size } of SCREENS) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme });
      await page.waitForLoadState('networkidle');
      expect([size, await violationsOn(page)]).toEqual([size, []]);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide).toBeLessThanOrEqual(size.width);
    }
  });
});
