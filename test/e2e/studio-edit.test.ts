/** One mail in a real browser: write, see what is wrong, mend it, look at it, save it. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  complaintsOf,
  hasBrowser,
  openBrowser,
  type RunningStudio,
  runStudio,
  violationsOn,
} from './studio-browser.ts';

const MAIL = 'post-purchase/first-thanks';
const FILE = `${MAIL}.mjml`;

let browser: Browser;
let studio: RunningStudio;
let context: BrowserContext;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

beforeEach(async () => {
  studio = await runStudio();
  context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  page = await context.newPage();
  complaints = complaintsOf(page);
});
afterEach(async () => {
  await context.close();
  studio.stop();
});

const open = async (query = '') => {
  await page.goto(`${studio.origin}/studio/mails/${MAIL}${query}`);
  await page.waitForSelector('.cm-content');
};

/** Writes behind the words of a line. */
async function writeBehind(words: string, text: string): Promise<void> {
  await page.locator('.cm-line', { hasText: words }).first().click();
  await page.keyboard.press('End');
  await page.keyboard.insertText(text);
}

/** What takes a moment, and longer on a busy machine. */
const SOON = { timeout: 20_000 };

const frame = () => page.frameLocator('#cards iframe:not(.next)').first();
const findings = () => page.locator('#findings');

describe.skipIf(!hasBrowser)('the page of one mail', () => {
  it('tells an error where it stands, and mends it with one click', async () => {
    await open();
    await writeBehind('first_thanks.enjoy', ' {{ customer.cuntry }}');
    const underlined = page.locator('.cm-lintRange-error');
    await underlined.first().waitFor();
    expect(await underlined.first().textContent()).toBe('customer.cuntry');
    expect(await findings().textContent()).toContain('the variable customer.cuntry');
    await underlined.first().hover();
    await page.getByRole('button', { name: 'Write customer.country' }).click();
    await findings().getByText('Nothing is wrong with it.').waitFor();
    expect(await page.locator('.cm-content').textContent()).toContain('{{ customer.country }}');
    expect(complaints).toEqual([]);
  });

  it('shows Arabic from right to left as it is typed, and saves the file', async () => {
    await open();
    await page.locator('select[name=locale]').selectOption('ar');
    await expect.poll(() => frame().locator('html').getAttribute('dir'), SOON).toBe('rtl');
    await writeBehind('first_thanks.enjoy', ' QUITE NEW');
    await frame().getByText('QUITE NEW').waitFor();
    expect(await frame().locator('html').getAttribute('lang')).toBe('ar');
    await page.keyboard.press('Control+s');
    await page.getByText(`Saved ${FILE}.`).waitFor();
    expect(studio.read(FILE)).toContain('QUITE NEW');
    expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
  });

  it('saves words and mail together', async () => {
    await open();
    await writeBehind('first_thanks.enjoy', ' HELLO');
    await page.getByRole('tab', { name: 'Words lt' }).click();
    await writeBehind('"subject"', ' ');
    await page.getByRole('button', { name: 'Save 2 files' }).click();
    await page.getByText('Saved').first().waitFor();
    expect(studio.read(FILE)).toContain('HELLO');
    expect(studio.read('post-purchase/locales/lt.json')).toMatch(/"subject".* \n/);
  });

  it('offers variables, keys with their English words, filters and partials', async () => {
    await open();
    const offers = page.locator('.cm-tooltip-autocomplete');
    const offersFor = async (typed: string, offered: string) => {
      await writeBehind('</mj-section>', '');
      await page.keyboard.press('Enter');
      await page.keyboard.type(typed);
      await offers.getByText(offered).first().waitFor();
      await page.keyboard.press('Escape');
    };
    await offersFor('{{ order.', 'order.total');
    await offersFor("{{ 'first_thanks.su", 'Thank you for your first order');
    await offersFor('{{ order.total | mo', 'money: line.currency');
    await offersFor("{% include 'gre", 'greeting');
    await offersFor('<mj-bu', 'mj-button');
    expect(complaints).toEqual([]);
  });

  it('loses nothing when somebody else has saved the same file', async () => {
    await open();
    await writeBehind('first_thanks.enjoy', ' MINE');
    studio.write(FILE, studio.read(FILE).replace('<mj-section>', '<mj-section padding="1px">'));
    await page.keyboard.press('Control+s');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    expect(await dialog.getByLabel('Their text, saved').textContent()).toContain('padding="1px"');
    expect(await dialog.getByLabel('Your text, not saved').textContent()).toContain('MINE');
    expect(studio.read(FILE)).not.toContain('MINE');
    await dialog.getByRole('button', { name: 'Not now' }).click();
    expect(await page.locator('.cm-content').textContent()).toContain('MINE');
    await page.keyboard.press('Control+s');
    await page.getByRole('button', { name: 'Save the right side' }).click();
    await page.getByText(`Saved ${FILE}.`).waitFor();
    expect(studio.read(FILE)).toContain('MINE');
    expect(complaints.filter((text) => !text.includes('409'))).toEqual([]);
  });

  it('shows where two texts differ, however far below', async () => {
    studio.write(FILE, `${studio.read(FILE)}${'<!-- the same -->\n'.repeat(80)}`);
    await open();
    await page.locator('.cm-content').first().click();
    await page.keyboard.press('Control+End');
    await page.keyboard.insertText('<!-- MINE -->');
    studio.write(FILE, `${studio.read(FILE)}<!-- THEIRS -->`);
    await page.keyboard.press('Control+s');
    const dialog = page.getByRole('dialog');
    const mine = dialog.locator('.cm-line', { hasText: 'MINE' });
    const places = () => Promise.all([mine.boundingBox(), dialog.boundingBox()]);
    const inside = async () => {
      const [line, around] = await places();
      return !!line && !!around && line.y > around.y && line.y < around.y + around.height - 60;
    };
    await dialog.waitFor();
    await expect.poll(inside, SOON).toBe(true);
  });

  it('takes the other text, and gives the own one back on Ctrl-Z', async () => {
    await open();
    await writeBehind('first_thanks.enjoy', ' MINE');
    studio.write(FILE, studio.read(FILE).replace('first_thanks.enjoy', 'first_thanks.help'));
    await page.keyboard.press('Control+s');
    await page.getByRole('button', { name: 'Take theirs' }).click();
    const text = page.locator('#editor-panel .cm-content');
    await expect.poll(() => text.textContent(), SOON).not.toContain('MINE');
    await text.click();
    await page.keyboard.press('Control+z');
    expect(await text.textContent()).toContain('MINE');
  });

  it('has unsaved text again after the page was loaded anew', async () => {
    await open();
    await writeBehind('first_thanks.enjoy', ' NOT SAVED YET');
    page.on('dialog', (dialog) => dialog.accept());
    await page.reload();
    await page.waitForSelector('.cm-content');
    expect(await page.locator('.cm-content').textContent()).toContain('NOT SAVED YET');
    await page.getByText('What you had not saved is here again').waitFor();
    await frame().getByText('NOT SAVED YET').waitFor();
  });
});

describe.skipIf(!hasBrowser)('its preview', () => {
  it('runs nothing that a template or a customer brings', async () => {
    await page.addInitScript('window.ran = []; window.alert = (what) => window.ran.push(what);');
    await open('?sample=markup');
    const attack = [
      '<img src="https://pictures.example/a.png" onerror="parent.ran.push(1)" alt="" width="1" />',
      '<script>parent.ran.push(2)</script>',
      '<svg onload="parent.ran.push(3)"></svg>',
      '<a href="https://pictures.example/" autofocus onfocus="parent.ran.push(4)">HERE</a>',
    ].join('');
    await writeBehind('first_thanks.enjoy', ` ${attack} REACHED`);
    await frame().getByText('REACHED').waitFor();
    expect(await frame().locator('script').count()).toBe(1);
    expect(await frame().locator('body').textContent()).toContain('<script>alert("Rūta")</script>');
    await page.getByLabel('All customers').check();
    await page.waitForTimeout(1_000);
    expect(await page.evaluate('window.ran')).toEqual([]);
  });

  it('stays where it is, whatever a template asks of the browser', async () => {
    await open();
    const away = '<meta http-equiv="refresh" content="0;url=https://evil.example/">';
    const form = '<form action="https://evil.example/"><button>SEND IT</button></form>';
    await writeBehind('first_thanks.enjoy', ` ${form} REACHED`);
    await frame().getByText('SEND IT').click();
    await writeBehind('first_thanks.enjoy', away);
    await page.waitForTimeout(1_500);
    expect(page.url()).toContain(studio.origin);
    expect(page.frames().filter((each) => each.url().includes('evil.example'))).toEqual([]);
  });

  it('shows names of customers and what is wrong as text alone', async () => {
    await open();
    await writeBehind('subject:', ' <img src=x onerror=parent.ran=1>');
    await writeBehind('first_thanks.enjoy', ' {{ "<b id=hacked>" | nofilter }}');
    await page.locator('.cm-lintRange-error').first().waitFor();
    expect(await page.locator('#hacked, #findings img, #cards header img').count()).toBe(0);
  });

  it('answers with a policy that allows no script, and none of the page', async () => {
    await open();
    const src = await page.locator('#cards iframe').first().getAttribute('src');
    const answer = await page.request.get(`${studio.origin}${src ?? ''}`);
    const policy = answer.headers()['content-security-policy'] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/^sandbox /);
    expect(policy).not.toContain('allow-scripts');
    expect(policy).not.toContain('script-src');
    const off = await page.request.get(`${studio.origin}${src?.replace('on', 'off') ?? ''}`);
    expect(off.headers()['content-security-policy']).toContain("img-src 'none'");
  });

  it('shows the dark design in a light browser, and the light one in a dark browser', async () => {
    const ground = () =>
      frame()
        .locator('body')
        .evaluate((body) => getComputedStyle(body as never).backgroundColor);
    await page.emulateMedia({ colorScheme: 'light' });
    await open('?dark=1');
    await expect.poll(ground, SOON).toBe('rgb(23, 22, 20)');
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.getByLabel('Dark').uncheck();
    await expect.poll(ground, SOON).toBe('rgb(245, 242, 237)');
  });

  it('shows every language and every sample customer side by side', async () => {
    await open('?view=languages');
    expect(await page.locator('.preview-card').count()).toBe(5);
    await page.getByLabel('All customers').check();
    await expect.poll(() => page.locator('.preview-card').count(), SOON).toBeGreaterThan(6);
    await page.getByLabel('Plain text').check();
    await expect.poll(() => page.locator('.plain-text').count(), SOON).toBe(1);
    expect(new URL(page.url()).searchParams.get('view')).toBe('text');
  });
});

describe.skipIf(!hasBrowser)('the same page', () => {
  it('can be used by the keyboard alone', async () => {
    await open();
    await page.getByRole('tab', { name: 'Mail' }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await page.locator(':focus').textContent()).toContain('Plain text');
    await page.locator('#editor-panel .cm-content').focus();
    await page.keyboard.press('Tab');
    expect(await page.locator('.cm-content:focus').count()).toBe(1);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    await page.waitForTimeout(100);
    expect(await page.locator('.cm-content:focus').count()).toBe(0);
  });

  it.each(['light', 'dark'] as const)(
    'has nothing that axe would object to, %s',
    async (scheme) => {
      await page.emulateMedia({ colorScheme: scheme });
      const views = scheme === 'light' ? ['languages', 'text', 'desktop'] : ['desktop'];
      for (const view of views) {
        await open(`?view=${view}`);
        expect(await violationsOn(page)).toEqual([]);
      }
      await writeBehind('first_thanks.enjoy', ' {{ customer.cuntry }}');
      await page.locator('.cm-lintRange-error').first().waitFor();
      expect(await violationsOn(page)).toEqual([]);
    },
  );

  it('shows source, findings and previews without JavaScript', async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false });
    const bare = await plain.newPage();
    studio.write(FILE, studio.read(FILE).replace('order.channel', 'order.chanel'));
    await bare.goto(`${studio.origin}/studio/mails/${MAIL}`);
    expect(await bare.locator('.listing').first().textContent()).toContain('<mj-section>');
    expect(await bare.locator('#findings').textContent()).toContain('order.chanel');
    studio.write(FILE, studio.read(FILE).replace('order.chanel', 'order.channel'));
    await bare.reload();
    await bare.locator('select[name=locale]').selectOption('ar');
    await bare.getByRole('button', { name: 'Show' }).click();
    const mail = bare.frameLocator('#cards iframe').locator('html');
    expect(await mail.getAttribute('dir')).toBe('rtl');
    await plain.close();
  });
});
