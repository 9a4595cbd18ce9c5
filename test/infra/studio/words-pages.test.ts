import { describe, expect, it } from 'vitest';
import { memoryReleases } from '../../../functions/adapters/memory/releases.ts';
import { publish } from '../../../functions/app/publishing.ts';
import { buildRelease } from '../../../infra/build-release.ts';
import { memoryWorkspace } from '../../../infra/studio/workspace.ts';
import { tagOfWord } from '../../../infra/studio/words/table.ts';
import { desk, shippedFiles, studioDeps } from './desk.ts';

const FILES = shippedFiles();
const WORDS = 'win-back/locales/lt.json';
const JOURNEY = 'win-back/journey.yaml';
const PAGE = '/studio/words/win-back';

const studio = (files = FILES) => {
  const workspace = memoryWorkspace(files);
  return { ...desk(studioDeps({ workspace })), workspace };
};
const json = { accept: 'application/json' };

describe('the pages of words', () => {
  it.each([
    '/studio/words/nothing',
    '/studio/words/..%2F_shared',
    '/studio/words/nothing/new',
    '/studio/words/win-back/remove?key=no.such_key',
  ])('have nothing at %s', async (path) => {
    expect((await studio().get(path)).status).toBe(404);
  });

  it.each([
    { locale: 'xx', key: 'hello.subject' },
    { locale: '../en', key: 'hello.subject' },
    { locale: 'lt', key: '__proto__.subject' },
    { locale: 'lt', key: 'hello' },
    { locale: 'lt', key: 'Hello.Subject' },
    { locale: 'lt', key: '' },
  ])('save nothing at $locale $key', async (fields) => {
    const { post, workspace } = studio();
    const answer = await post(PAGE, { ...fields, text: 'x', was: tagOfWord(undefined) });
    expect(answer.status).toBe(404);
    expect([...(await workspace.files())]).toEqual([...FILES]);
  });

  it('show what is in a file as text, whatever it is', async () => {
    const evil = '</textarea><script>alert(1)</script> “\' & "';
    const files = new Map(FILES).set(
      WORDS,
      (FILES.get(WORDS) ?? '').replace(/"subject": "[^"]*"/, `"subject": ${JSON.stringify(evil)}`),
    );
    const text = await (await studio(files).get(PAGE)).text();
    expect(text).not.toContain('<script>alert');
    expect(text).toContain('&lt;/textarea&gt;&lt;script&gt;');
  });

  it('answer a script with what is wrong in the other languages as well', async () => {
    const { post } = studio();
    const en = JSON.parse(FILES.get('win-back/locales/en.default.json') ?? '{}');
    const was = tagOfWord(en.hello.subject);
    const fields = { locale: 'en', key: 'hello.subject', was, text: 'Dear {{ name }}' };
    const answer = await post(PAGE, fields, json);
    const { wrong } = (await answer.json()) as { wrong: { [locale: string]: { got: string }[] } };
    expect(answer.status).toBe(200);
    expect(wrong['hu']?.[0]?.got).toBe('hello.subject with no places');
    expect(wrong['en']?.[0]?.got).toBe('a place for name');
  });

  it('take no change without the token of the page', async () => {
    const { post, workspace } = studio();
    const fields = { token: 'x', locale: 'lt', key: 'hello.subject', was: '', text: 'x' };
    expect((await post(PAGE, fields)).status).toBe(403);
    expect([...(await workspace.files())]).toEqual([...FILES]);
  });
});

describe('the page of a journey', () => {
  const text = FILES.get(JOURNEY) ?? '';

  it('keeps both texts when somebody else saved the file', async () => {
    const { post, workspace } = studio();
    const before = await workspace.read(JOURNEY);
    await workspace.save(JOURNEY, `# Ben\n${text}`, before?.tag, 'Ben');
    const fields = { text: `# Ann\n${text}`, was: before?.tag ?? '' };
    const answer = await post('/studio/journeys/win-back', fields);
    const page = await answer.text();
    expect(answer.status).toBe(409);
    expect(page).toContain('# Ben');
    expect(page).toContain('# Ann');
    expect((await workspace.read(JOURNEY))?.text).toBe(`# Ben\n${text}`);
  });

  it('draws what is typed and saves nothing of it', async () => {
    const { post, workspace } = studio();
    const fields = { text: text.replace('P14D', 'P15D'), was: '' };
    const answer = await post('/studio/journeys/win-back/preview', fields, json);
    const { parts, problems } = (await answer.json()) as {
      parts: { [name: string]: string };
      problems: object[];
    };
    expect(parts['picture']).toContain('Waits 15 days');
    expect(parts['steps']).toContain('Waits 15 days');
    expect(problems).toEqual([]);
    expect((await workspace.read(JOURNEY))?.text).toBe(text);
  });

  it('shows what is typed as text, whatever it is', async () => {
    const { post } = studio();
    const evil = text.replace('id: hello', 'id: "<script>alert(1)</script>"');
    const answer = await post('/studio/journeys/win-back/preview', { text: evil, was: '' });
    const page = await answer.text();
    expect(page).not.toContain('<script>alert');
    expect(page).toContain('&lt;script&gt;alert');
  });

  it('tells of an id that was published for another step', async () => {
    const releases = memoryReleases();
    const deps = studioDeps({ releases });
    const release = await buildRelease(deps.settings, { files: FILES });
    await publish(
      { releases, now: deps.now },
      { release, files: Object.fromEntries(FILES), author: 'Ann', message: 'First' },
    );
    const changed = text
      .replace('- id: two-weeks', '- id: hello')
      .replace('- id: hello\n    send', '- id: first\n    send');
    const { post } = desk(deps);
    const answer = await post(
      '/studio/journeys/win-back/preview',
      { text: changed, was: '' },
      json,
    );
    const { problems } = (await answer.json()) as { problems: { got: string }[] };
    expect(problems.map(({ got }) => got)).toEqual(['the id hello for a step of kind wait']);
  });

  it('has nothing where there is no journey', async () => {
    expect((await studio().get('/studio/journeys/_shared')).status).toBe(404);
    expect((await studio().post('/studio/journeys/new', { text: 'x', was: '' })).status).toBe(404);
  });
});
