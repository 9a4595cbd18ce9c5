import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { assets } from '../../../infra/studio/assets.ts';
import { asPage, inScheme, newFrames } from '../../../infra/studio/mail/frames.ts';
import { RENDER_ALL_MS } from '../../../infra/studio/mail/inspect.ts';
import { lookOf } from '../../../infra/studio/mail/look.ts';
import { markOf, marksOf } from '../../../infra/studio/mail/marks.ts';
import { filesOf } from '../../../infra/studio/mail/sources.ts';
import type { PreviewAnswer } from '../../../infra/studio/mail/wire.ts';
import { memoryWorkspace } from '../../../infra/studio/workspace.ts';
import { desk, ORIGIN, shippedFiles, studioDeps } from './desk.ts';

const FILES = shippedFiles();
const PAGE = '/studio/mails/post-purchase/first-thanks';
const FILE = 'post-purchase/first-thanks.mjml';
const LOOK = { view: 'desktop', locale: 'en', sample: 'plain', dark: false, images: true };

const nothing = async () => ({ findings: [], rendered: 0 });

function studio() {
  const workspace = memoryWorkspace(FILES);
  const { app, get, token } = desk(studioDeps({ workspace, check: nothing }));
  const post = async (path: string, body: object, headers: Record<string, string> = {}) =>
    app.request(`${ORIGIN}${PAGE}/${path}`, {
      method: 'POST',
      headers: {
        host: 'localhost:4000',
        origin: ORIGIN,
        'content-type': 'application/json',
        'x-studio-token': await token(),
        ...headers,
      },
      body: JSON.stringify(body),
    });
  const preview = async (text: string, look: object = {}) =>
    (await (
      await post('preview', { files: { [FILE]: text }, look: { ...LOOK, ...look } })
    ).json()) as PreviewAnswer;
  return { workspace, get, post, preview };
}

const text = FILES.get(FILE) ?? '';

describe('the page of one mail', () => {
  it('is there for mails, and for nothing else', async () => {
    const { get } = studio();
    expect((await get(PAGE)).status).toBe(200);
    expect((await get('/studio/mails/post-purchase/none')).status).toBe(404);
    expect((await get('/studio/mails/_shared/layout')).status).toBe(404);
    expect((await get('/studio/mails/post-purchase/..%2f..%2fpackage')).status).toBe(404);
  });

  it('opens the files that the mail is made of, English first, and of no other mail', () => {
    const paths = filesOf(FILES, 'post-purchase', 'first-thanks').map(({ path }) => path);
    expect(paths.slice(0, 3)).toEqual([
      FILE,
      'post-purchase/first-thanks.txt',
      'post-purchase/locales/en.default.json',
    ]);
    expect(paths).toEqual(
      expect.arrayContaining(['_shared/order-lines.mjml', '_shared/layout.mjml']),
    );
    expect(paths.filter((path) => path.includes('repeat-thanks'))).toEqual([]);
    expect(new Set(paths).size).toBe(paths.length);
  });

  it('hands its editor no text that could end the script that holds it', async () => {
    const { workspace, get } = studio();
    const tag = (await workspace.read(FILE))?.tag;
    await workspace.save(FILE, `${text}<!-- </script><script>alert(1)</script> -->`, tag, 'Ann');
    const html = await (await get(PAGE)).text();
    expect(html).not.toContain('<script>alert(1)');
  });
});

describe('a preview while somebody types', () => {
  it('shows the text as it is typed, and saves nothing', async () => {
    const { workspace, preview } = studio();
    const { marks, cards } = await preview(text.replace('</mj-text>', 'NEW</mj-text>'));
    expect(marks).toEqual([]);
    expect(cards).toHaveLength(1);
    expect((await workspace.read(FILE))?.text).toBe(text);
  });

  it('tells what is wrong with line and columns, and what may have been meant', async () => {
    const { preview } = studio();
    const { marks, cards } = await preview(text.replace('order.channel', 'order.chanel'));
    expect(cards).toEqual([]);
    const [mark] = marks;
    const line = text.split('\n').findIndex((each) => each.includes('order.channel')) + 1;
    expect(mark).toMatchObject({ file: FILE, line, instead: 'order.channel', severity: 'error' });
    expect((mark?.to ?? 0) - (mark?.from ?? 0)).toBe('order.chanel'.length);
  });

  it('shows all languages, with the direction of each, and all customers', async () => {
    const { preview } = studio();
    const { cards } = await preview(text, { view: 'languages' });
    expect(cards.map(({ key }) => key.split(' ')[0])).toEqual(['en', 'lt', 'ar', 'hu', 'hy']);
    expect(cards[2]?.head).toContain('dir="rtl"');
    const all = await preview(text, { view: 'customers', locale: 'ar' });
    expect(all.cards.length).toBeGreaterThanOrEqual(8);
    expect(all.cards.map(({ head }) => head).join('')).not.toContain('<script');
  });

  it('gives each mail a page that no script runs in', async () => {
    const { get, preview } = studio();
    const { cards } = await preview(text, { images: false, dark: true });
    const answer = await get(cards[0]?.frame ?? '');
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^sandbox (?!.*allow-scripts).*default-src 'none'/);
    expect(policy).toContain("img-src 'none'");
    expect((await get(`/studio/frames/${'0'.repeat(32)}`)).status).toBe(410);
  });

  it('ends with a mail that loops, before anybody has lost patience', async () => {
    const { preview } = studio();
    const loops =
      '{% for a in order.lines %}{% for b in (1..900) %}{% for c in (1..900) %}x{% endfor %}{% endfor %}{% endfor %}';
    const start = performance.now();
    const { cards } = await preview(text.replace('</mj-text>', `${loops}</mj-text>`), {
      view: 'languages',
    });
    expect(performance.now() - start).toBeLessThan(RENDER_ALL_MS + 8_000);
    expect(cards.some(({ head }) => head.includes('would fail'))).toBe(true);
  });

  it('takes files of templates alone, in the size of templates, from its own page', async () => {
    const { post } = studio();
    const status = async (body: object, headers = {}) =>
      (await post('preview', { look: LOOK, ...body }, headers)).status;
    expect(await status({ files: { '../package.json': '' } })).toBe(400);
    expect(await status({ files: { '_shared/a.html': '' } })).toBe(400);
    expect(await status({ files: { [FILE]: 'x'.repeat(300_000) } })).toBe(400);
    expect(await status({ files: {}, more: 1 })).toBe(400);
    expect(await status({ files: {} }, { 'x-studio-token': 'other' })).toBe(403);
    expect(await status({ files: {} }, { origin: 'https://evil.example' })).toBe(403);
  });

  it('saves only from what was read, and tells what is there instead', async () => {
    const { workspace, post } = studio();
    const was = (await workspace.read(FILE))?.tag;
    const first = await post('save', { path: FILE, text: `${text}\n`, was });
    expect(first.status).toBe(200);
    const second = await post('save', { path: FILE, text: 'mine', was });
    expect(second.status).toBe(409);
    expect(await second.json()).toMatchObject({ conflict: { text: `${text}\n` } });
    expect((await workspace.read(FILE))?.text).toBe(`${text}\n`);
  });
});

describe('a mail in its frame', () => {
  const mail =
    '<head><meta name="color-scheme" content="light dark" /><style>:root { color-scheme: light dark; } @media (prefers-color-scheme: dark) { a { color: red } }</style></head><body>(prefers-color-scheme: dark)</body>';

  it('is dark or light whatever the browser is, and says the same', () => {
    expect(inScheme(mail, 'dark')).toContain('@media (min-width: 0px) {');
    expect(inScheme(mail, 'light')).toContain('@media (max-width: 0px) {');
    expect(inScheme(mail, 'dark')).toContain('content="dark"');
    expect(inScheme(mail, 'dark')).toContain('color-scheme: dark;');
    expect(inScheme(mail, 'dark')).toContain('<body>(prefers-color-scheme: dark)</body>');
  });

  it('shows drawn pictures for those of samples, and the real ones of the shop', () => {
    const shown = asPage(
      '<head></head><img src="https://images.example.com/a.jpg"><img src="https://oak.shop/a.jpg">',
    );
    expect(shown).not.toContain('images.example.com');
    expect(shown).toContain('src="https://oak.shop/a.jpg"');
    expect(shown).toContain('<head><base target="_blank">');
  });

  it('keeps the newest mails only', () => {
    const frames = newFrames(2);
    const [a, b, c] = ['a', 'b', 'c'].map((html) => frames.keep(html));
    expect([a, b, c].map((id) => frames.find(id ?? ''))).toEqual([undefined, 'b', 'c']);
    expect(frames.keep('b')).toBe(b);
  });
});

describe('what is underlined', () => {
  const files = new Map([['a/b.mjml', '<p>\n  {{ odrer.total }} and a word\n']]);
  const at = (got: string, wanted = 'other') =>
    markOf(files, { file: 'a/b.mjml', line: 2, got, wanted });

  it('is the piece that the reason names, else the line', () => {
    expect(at('the variable odrer.total')).toMatchObject({ from: 5, to: 16 });
    expect(at('something else')).toMatchObject({ from: 2, to: 30 });
    expect(markOf(files, { file: 'gone', line: 9, got: 'a', wanted: 'b' })).toMatchObject({
      from: 0,
      to: 0,
    });
  });

  it('is told once, errors first, and long lists of names by the nearest', () => {
    const problem = { file: 'a/b.mjml', line: 2, got: 'the variable odrer.total', wanted: 'x' };
    const marks = marksOf(files, [{ ...problem, severity: 'warning' }, problem, problem]);
    expect(marks.map(({ severity }) => severity)).toEqual(['error', 'warning']);
    const names = ['order.total', ...'abcdefgh'].join(', ');
    expect(at('the variable odrer.total', `one of ${names}`).remedy).toMatch(/^order\.total, or/);
  });
});

it('shows what an old address asks for as far as it is known', () => {
  const choices = { locales: ['en', 'ar'], samples: ['plain'] };
  expect(lookOf({ view: 'none', locale: 'xx', dark: '1', images: 'off' }, choices)).toEqual({
    view: 'desktop',
    locale: 'en',
    sample: 'plain',
    dark: true,
    images: false,
  });
});

/** Fetched once, by the pages that edit; the list of mails has the first script alone. */
const EDITOR_GZIP_BYTES_MAX = 250_000;
const FIRST_BYTES_MAX = 4_000;

it('loads the editor in so many bytes, and only where somebody edits', async () => {
  const { script, chunks } = await assets();
  expect(script.body.length).toBeLessThan(FIRST_BYTES_MAX);
  const bytes = chunks.map(({ body }) => gzipSync(body).length).reduce((a, b) => a + b, 0);
  expect(bytes).toBeLessThan(EDITOR_GZIP_BYTES_MAX);
});
