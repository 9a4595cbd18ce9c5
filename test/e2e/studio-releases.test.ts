/** Publishing, going back and conflicts in a browser: with a mouse, with the keyboard alone, without JavaScript. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryReleases } from '../../functions/adapters/memory/releases.ts';
import { publish } from '../../functions/app/publishing.ts';
import { buildRelease, TEMPLATES_DIR } from '../../infra/build-release.ts';
import { stages } from '../../infra/config.ts';
import { checkStage } from '../../infra/stage-config.ts';
import { readTemplates } from '../../infra/templates/files.ts';
import {
  complaintsOf,
  openBrowser,
  type RunningStudio,
  runStudio,
  violationsOn,
} from './studio-browser.ts';

const MINUTES_3 = 180_000;
const WORDS = 'post-purchase/locales/en.default.json';
const MAIL = 'reorder/nudge.mjml';
const { settings } = checkStage('dev', stages.dev);
const releases = memoryReleases();
let browser: Browser;
let studio: RunningStudio;

beforeAll(async () => {
  const files = readTemplates(TEMPLATES_DIR);
  const release = await buildRelease(settings, { files });
  const told = { author: 'deployment', message: 'What was deployed' };
  await publish(
    { releases, now: () => Date.UTC(2026, 10, 20, 9) },
    { release, files: Object.fromEntries(files), ...told },
  );
  studio = await runStudio({ releases });
  browser = await openBrowser();
}, MINUTES_3);

afterAll(async () => {
  await browser?.close();
  studio?.stop();
});

async function open(
  path: string,
  { script = true, ...options }: Parameters<Browser['newContext']>[0] & { script?: boolean } = {},
): Promise<{ page: Page; context: BrowserContext; complaints: string[] }> {
  const context = await browser.newContext({ javaScriptEnabled: script, ...options });
  const page = await context.newPage();
  // Publishing waits for all checks, which take seconds, and longer where the machine has much to do.
  page.setDefaultTimeout(120_000);
  const complaints = complaintsOf(page);
  await page.goto(`${studio.origin}${path}`);
  return { page, context, complaints };
}

const thank = (words: string) =>
  studio.write(WORDS, studio.read(WORDS).replace(/"subject": "[^"]*"/, `"subject": "${words}"`));

/** Tab until the focus is on what has this name; like somebody who has no mouse. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate(() => {
      const at = document.activeElement as HTMLInputElement | null;
      return `${at?.labels?.[0]?.textContent ?? ''} ${at?.textContent ?? ''}`.trim();
    });
    if (name.test(focused)) return;
  }
  throw new Error(`nothing called ${name} can be reached by Tab`);
}

describe('the studio in a browser', () => {
  it(
    'publishes a changed word without JavaScript, and says so',
    async () => {
      thank('We are grateful for your first order');
      const { page, context } = await open('/studio', { script: false });
      await page.getByRole('link', { name: /not published/ }).click();
      await page.getByText('We are grateful for your first order').waitFor();
      await page.getByLabel('What changes, in one line').fill('Grateful for the first order');
      await page.getByRole('button', { name: 'Publish' }).click();
      expect(await page.getByRole('status').textContent()).toContain('Version 2 is published');
      expect(await releases.current()).toMatchObject({ version: 2, author: 'Ann' });
      await context.close();
    },
    MINUTES_3,
  );

  it(
    'goes back with the keyboard alone',
    async () => {
      const { page, context, complaints } = await open('/studio/releases');
      await tabTo(page, /^Roll back to version 1/);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Roll back to version 1?' }).waitFor();
      await tabTo(page, /^Why, in one line/);
      await page.keyboard.press('Control+A');
      await page.keyboard.type('The thanks were wrong');
      await tabTo(page, /^Roll back to version 1/);
      await page.keyboard.press('Enter');
      await page.getByRole('status').waitFor();
      expect(await page.getByRole('status').textContent()).toContain('Version 3 is published');
      const message = 'The thanks were wrong';
      expect(await releases.current()).toMatchObject({ how: 'rolled-back', of: 1, message });
      expect(complaints).toEqual([]);
      await context.close();
    },
    MINUTES_3,
  );

  it(
    'shows both texts without JavaScript where two saved the same file, and loses neither',
    async () => {
      const before = studio.read(MAIL);
      const { page, context } = await open(`/studio/file?path=${MAIL}`, { script: false });
      const form = page.locator('form[action="/studio/save"]').first();
      const mine = before.replace('<mj-section>', '<mj-section css-class="mine">');
      studio.write(MAIL, before.replace('<mj-section>', '<mj-section css-class="theirs">'));
      await form.locator('textarea[name=text]').fill(mine);
      await form.getByRole('button').first().click();
      await page.getByRole('heading', { name: /Somebody else saved/ }).waitFor();
      expect(await page.locator('mark').allTextContents()).toEqual([
        expect.stringContaining('theirs'),
        expect.stringContaining('mine'),
      ]);
      expect(studio.read(MAIL)).toContain('theirs');
      const both = mine.replace('"mine"', '"mine theirs"');
      await page.getByLabel(/What the file shall say/).fill(both);
      await page.getByRole('button', { name: 'Save this text over theirs' }).click();
      expect(studio.read(MAIL)).toBe(both);
      studio.write(MAIL, before);
      await context.close();
    },
    MINUTES_3,
  );

  it(
    'lets nothing go out that has an error, and leads to its place',
    async () => {
      const before = studio.read(MAIL);
      studio.write(MAIL, before.replace("{{ 'nudge.due' | t }}", "{{ 'nudge.nowhere' | t }}"));
      const { page, context, complaints } = await open('/studio/releases');
      const place = page.getByRole('link', { name: /Reorder › Nudge, line/ }).first();
      await place.waitFor({ timeout: 60_000 });
      expect(await page.getByRole('button', { name: 'Publish' }).isDisabled()).toBe(true);
      expect(await place.getAttribute('href')).toMatch(/^\/studio\/mails\/reorder\/nudge\?line=\d/);
      studio.write(MAIL, before);
      expect(complaints).toEqual([]);
      await context.close();
    },
    MINUTES_3,
  );

  it(
    'has a page for conflicts that everybody can read and use',
    async () => {
      const before = studio.read(MAIL);
      const { page, context, complaints } = await open(`/studio/file?path=${MAIL}`);
      studio.write(MAIL, before.replace('<mj-section>', '<mj-section css-class="theirs">'));
      await page.getByLabel('Text of the file').fill(before.replace('<mj-column>', '<mj-column >'));
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('heading', { name: /Somebody else saved/ }).waitFor();
      expect(await violationsOn(page)).toEqual([]);
      studio.write(MAIL, before);
      expect(complaints).toEqual([expect.stringContaining('409')]);
      await context.close();
    },
    MINUTES_3,
  );

  const PAGES = [
    '/studio',
    '/studio/releases',
    '/studio/releases/2',
    '/studio/releases/2/rollback',
    '/studio/releases/2/take',
    '/studio/file?path=_shared%2Fbrand.yaml',
    '/studio/test-mail/post-purchase/first-thanks',
  ];
  it.each(['light', 'dark'] as const)(
    'has pages that everybody can read and use, %s, wide and narrow',
    async (colorScheme) => {
      for (const width of [1280, 375]) {
        const viewport = { width, height: 800 };
        const { page, context, complaints } = await open('/studio', { colorScheme, viewport });
        for (const path of PAGES) {
          await page.goto(`${studio.origin}${path}`);
          const found = { path, width, violations: await violationsOn(page) };
          expect(found).toEqual({ path, width, violations: [] });
          const wider = await page.evaluate(
            () => document.documentElement.scrollWidth - window.innerWidth,
          );
          expect([path, width, wider]).toEqual([path, width, 0]);
        }
        expect(complaints).toEqual([]);
        await context.close();
      }
    },
    MINUTES_3,
  );
});
