import { beforeEach, describe, expect, it } from 'vitest';
import { memoryDrafts } from '../../../functions/adapters/memory/drafts.ts';
import { memoryReleases } from '../../../functions/adapters/memory/releases.ts';
import { publish } from '../../../functions/app/publishing.ts';
import type { Release } from '../../../functions/contract/release.ts';
import { buildRelease } from '../../../infra/build-release.ts';
import { stateOf } from '../../../infra/studio/checks.ts';
import type { StudioDeps } from '../../../infra/studio/deps.ts';
import { draftWorkspace, memoryWorkspace } from '../../../infra/studio/workspace.ts';
import type { Checked } from '../../../infra/templates/checks/index.ts';
import type { TemplateFiles } from '../../../infra/templates/files.ts';
import { desk, shippedFiles, studioDeps } from './desk.ts';

const WORDS = 'post-purchase/locales/en.default.json';
const FILES = shippedFiles();
const NOW = Date.UTC(2026, 10, 22, 9);

/** The shipped release under another name: what is published is not what these tests are about. */
const shipped = buildRelease(studioDeps().settings, { files: FILES });
const releaseOf = async (files: TemplateFiles): Promise<Release> => {
  const release = await shipped;
  return { ...release, policy: { ...release.policy, release: stateOf(files) } };
};
const check = async (files: TemplateFiles): Promise<Checked> => {
  const broken = [...files].find(([, text]) => text.includes('BROKEN'));
  const finding = { file: broken?.[0] ?? '', line: 3, got: 'BROKEN', wanted: 'none' };
  if (broken) {
    return { findings: [{ ...finding, severity: 'error', rule: 'word' }], rendered: 0 };
  }
  return { findings: [], release: await releaseOf(files), rendered: 0 };
};

const thanks = (text: string) =>
  new Map(FILES).set(WORDS, FILES.get(WORDS)!.replace('Thank', text));

async function shop(files: TemplateFiles, over: Partial<StudioDeps> = {}) {
  const releases = memoryReleases();
  const publishing = { releases, now: () => NOW };
  const told = { author: 'Ben', message: 'First' };
  const publishAs = async (what: TemplateFiles, message: string) =>
    publish(publishing, {
      ...told,
      message,
      release: await releaseOf(what),
      files: Object.fromEntries(what),
    });
  await publishAs(FILES, 'First');
  const deps = studioDeps({ releases, check, workspace: memoryWorkspace(files), ...over });
  return { ...desk(deps), releases, publishAs };
}

const textOf = async (answer: Response | Promise<Response>) =>
  (await (await answer).text()).replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');

describe('the page of releases', () => {
  let at: Awaited<ReturnType<typeof shop>>;
  const wish = (files: TemplateFiles, over: Record<string, string> = {}) => ({
    message: 'Warmer thanks',
    was: '1',
    state: stateOf(files),
    ...over,
  });
  const next = thanks('We thank');
  beforeEach(async () => {
    at = await shop(next);
  });

  it('shows by key what publishing would change, and what was published before', async () => {
    const text = await textOf(at.get('/studio/releases'));
    expect(text).toContain('1 file differs from version 1');
    expect(text).toContain('Post purchase › words, English');
    expect(text).toMatch(/first_thanks\.subject Thank you .* We thank you/);
    expect(text).toMatch(/History 1 current First Ben/);
  });

  it('publishes what it showed, under the name and message of who did it', async () => {
    const answer = await at.post('/studio/releases/publish', wish(next));
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      '/studio/releases?now=2',
    ]);
    expect(await at.releases.current()).toMatchObject({
      version: 2,
      author: 'Ann',
      message: 'Warmer thanks',
      how: 'published',
    });
    const text = await textOf(at.get('/studio/releases?now=2'));
    expect(text).toContain('Version 2 is published');
    expect(text).toContain('Everything is published.');
  });

  it('publishes nothing that has an error, and leads to where it stands', async () => {
    const broken = thanks('BROKEN');
    at = await shop(broken);
    const answer = await at.post('/studio/releases/publish', wish(broken));
    expect(answer.status).toBe(409);
    const text = await answer.text();
    expect(text).toContain('nothing was published');
    expect(text).toContain('href="/studio/words/post-purchase?line=3"');
    expect(text).toMatch(/<button class="first" disabled/);
    expect(await at.releases.current()).toMatchObject({ version: 1 });
  });

  it('publishes nothing that nobody has seen: a file changed after the page was opened', async () => {
    const read = await at.deps.workspace.read(WORDS);
    await at.deps.workspace.save(WORDS, '{}\n', read?.tag, 'Ben');
    const answer = await at.post('/studio/releases/publish', wish(next));
    expect(answer.status).toBe(409);
    expect(await textOf(answer)).toContain('Files changed since you opened this page');
    expect(await at.releases.current()).toMatchObject({ version: 1 });
  });

  it('tells the second of two who publish at once, and keeps what was written', async () => {
    await at.publishAs(thanks('Ben thanks'), "Ben's words");
    const answer = await at.post('/studio/releases/publish', wish(next));
    expect(answer.status).toBe(409);
    const text = await answer.text();
    expect(text).toContain('Ben was quicker: version 2');
    expect(text).toContain('value="Warmer thanks"');
    expect(await at.releases.current()).toMatchObject({ version: 2, author: 'Ben' });
  });

  it('asks before files of a folder take back a version that they do not hold', async () => {
    await at.publishAs(thanks('Ben thanks'), "Ben's words");
    const one = (await at.releases.version(1))!;
    const written: number[] = [];
    const base = {
      read: () => one,
      write: ({ version }: { version: number }) => void written.push(version),
    };
    const late = desk({ ...at.deps, base });
    const shown = await textOf(late.get('/studio/releases'));
    expect(shown).toContain('version 2 (Ben: Ben&#39;s words) was published since');
    const over = { was: '2' };
    expect((await late.post('/studio/releases/publish', wish(next, over))).status).toBe(409);
    const sure = { was: '2', over: '2' };
    expect((await late.post('/studio/releases/publish', wish(next, sure))).status).toBe(303);
    expect(written).toEqual([3]);
  });

  it('refuses a message of nothing with the reason', async () => {
    const answer = await at.post('/studio/releases/publish', wish(next, { message: ' ' }));
    expect(answer.status).toBe(409);
    expect(await textOf(answer)).toContain('wanted one line');
  });

  it('goes back to an earlier version after asking, and says what changes for customers', async () => {
    await at.post('/studio/releases/publish', wish(next));
    const asked = await textOf(at.get('/studio/releases/1/rollback'));
    expect(asked).toContain('Roll back to version 1?');
    expect(asked).toMatch(/first_thanks\.subject We thank you .* Thank you/);
    expect(await at.releases.current()).toMatchObject({ version: 2 });
    const done = await at.post('/studio/releases/1/rollback', { message: 'Typo', was: '2' });
    expect(done.headers.get('location')).toBe('/studio/releases?now=3');
    const withdrawn = [stateOf(next)];
    expect(await at.releases.current()).toMatchObject({ how: 'rolled-back', of: 1, withdrawn });
    const after = await textOf(at.get('/studio/releases?now=3'));
    expect(after).toContain('with the contents of version 1');
    expect(after).toContain('1 file differs');
  });

  it('lets runs under way finish where that is wished', async () => {
    await at.post('/studio/releases/publish', wish(next));
    await at.post('/studio/releases/1/rollback', { message: 'x', was: '2', keepRunning: 'yes' });
    expect(await at.releases.current()).not.toHaveProperty('withdrawn');
  });

  it('does not go back over what somebody published meanwhile', async () => {
    await at.post('/studio/releases/publish', wish(next));
    await at.publishAs(thanks('Ben thanks'), "Ben's words");
    const answer = await at.post('/studio/releases/1/rollback', { message: 'x', was: '2' });
    expect(answer.status).toBe(409);
    expect(await textOf(answer)).toContain('Ben was quicker');
    expect(await at.releases.current()).toMatchObject({ version: 3 });
  });

  it('knows no version that there never was', async () => {
    for (const path of [
      '/studio/releases/9',
      '/studio/releases/9/rollback',
      '/studio/releases/x',
    ]) {
      expect([path, (await at.get(path)).status]).toEqual([path, 404]);
    }
  });

  it('takes the files of a version up again, so that what was taken back can be mended', async () => {
    await at.post('/studio/releases/publish', wish(next));
    await at.post('/studio/releases/1/rollback', { message: 'Typo', was: '2' });
    await at.post('/studio/revert', { path: WORDS });
    const asked = await textOf(at.get('/studio/releases/2/take'));
    expect(asked).toMatch(/first_thanks\.subject Thank you .* We thank you/);
    expect((await at.deps.workspace.files()).get(WORDS)).toBe(FILES.get(WORDS));
    expect((await at.post('/studio/releases/2/take', {})).status).toBe(303);
    expect(await at.deps.workspace.files()).toEqual(next);
    expect(await at.releases.current()).toMatchObject({ version: 3 });
  });

  it('takes a change back file by file', async () => {
    await at.post('/studio/revert', { path: WORDS });
    expect((await at.deps.workspace.read(WORDS))?.text).toBe(FILES.get(WORDS));
    expect(await textOf(at.get('/studio/releases'))).toContain('customers get exactly these files');
  });

  it('shows anything that somebody wrote as text', async () => {
    const evil = '<script>alert(1)</script>';
    at = await shop(thanks(evil));
    await at.post('/studio/releases/publish', wish(thanks(evil), { message: evil }));
    for (const path of ['/studio/releases', '/studio/releases/2', '/studio']) {
      expect(await (await at.get(path)).text()).not.toContain(evil);
    }
  });
});

describe('drafts of a stage', () => {
  async function stage() {
    const releases = memoryReleases();
    let time = NOW;
    const now = () => (time += 60_000);
    const publishAs = async (files: TemplateFiles, message: string) =>
      publish(
        { releases, now },
        {
          author: 'Ben',
          message,
          release: await releaseOf(files),
          files: Object.fromEntries(files),
        },
      );
    await publishAs(FILES, 'First');
    const published = async () => {
      const current = await releases.current();
      return new Map(Object.entries((current && (await releases.files(current))) ?? {}));
    };
    const drafts = memoryDrafts();
    const workspace = draftWorkspace({ name: 'drafts', drafts, published, now });
    const page = desk(studioDeps({ releases, check, workspace, now }));
    const write = async (word: string) => {
      const read = await workspace.read(WORDS);
      const text = (read?.text ?? '').replace('Thank', word);
      const fields = { path: WORDS, text, was: read?.tag ?? '', back: '/studio' };
      await page.post('/studio/save', fields);
      return text;
    };
    const publishNow = async (fields: Record<string, string>) =>
      page.post('/studio/releases/publish', {
        message: 'Words',
        state: stateOf(await workspace.files()),
        ...fields,
      });
    return { ...page, drafts, workspace, publishAs, write, publishNow, releases };
  }

  it('are drafts no more once they are published', async () => {
    const { drafts, workspace, write, publishNow } = await stage();
    const text = await write('We thank');
    expect(await drafts.list()).toHaveLength(1);
    expect((await publishNow({ was: '1' })).status).toBe(303);
    expect(await drafts.list()).toEqual([]);
    expect((await workspace.read(WORDS))?.text).toBe(text);
  });

  it('do not take back unseen what somebody published of the same file since', async () => {
    const { write, get, publishAs, publishNow, releases } = await stage();
    await write('We thank');
    await publishAs(new Map(FILES).set('reorder/nudge.txt', 'Other\n'), 'Another file');
    expect(await textOf(get('/studio/releases'))).not.toContain('Somebody published');
    await publishAs(thanks('Ben thanks'), "Ben's words");
    expect(await textOf(get('/studio/releases'))).toContain(
      'Somebody published another text after this draft was written: Post purchase › words, English',
    );
    expect((await publishNow({ was: '3' })).status).toBe(409);
    expect(await releases.current()).toMatchObject({ version: 3 });
    expect((await publishNow({ was: '3', over: '3' })).status).toBe(303);
  });
});

describe('saving from a form', () => {
  const MAIL = 'reorder/nudge.mjml';

  it('writes the lines as files have them, and goes back to where it came from', async () => {
    const { post, deps } = desk();
    const read = await deps.workspace.read(MAIL);
    const text = `${(read?.text ?? '').replaceAll('\n', '\r\n')}{% # end %}`;
    const back = '/studio/mails/reorder/nudge?locale=ar';
    const answer = await post('/studio/save', { path: MAIL, text, was: read?.tag ?? '', back });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, back]);
    expect((await deps.workspace.read(MAIL))?.text).toBe(`${read?.text}{% # end %}\n`);
  });

  it.each(['https://evil.example/', '//evil.example', '/inbox', '/studio/../x?y', 'javascript:x'])(
    'never leads to another site: %s',
    async (back) => {
      const { post, deps } = desk();
      const read = await deps.workspace.read(MAIL);
      const fields = { path: MAIL, text: 'x', was: read?.tag ?? '', back };
      const answer = await post('/studio/save', fields);
      expect(answer.headers.get('location')).toBe('/studio');
    },
  );

  it('shows both texts where somebody else saved, and saves a third over theirs', async () => {
    const { post, deps } = desk();
    const read = await deps.workspace.read(MAIL);
    await deps.workspace.save(MAIL, "Ben's\n", read?.tag, 'Ben');
    const fields = { path: MAIL, was: read?.tag ?? '', back: '/studio' };
    const answer = await post('/studio/save', { ...fields, text: "Ann's" });
    expect(answer.status).toBe(409);
    const page = await answer.text();
    expect(page).toContain('Nothing of yours is saved yet, and nothing is lost');
    expect(page).toMatch(/<mark>Ben&#39;s\n<\/mark>/);
    expect(page).toMatch(/<textarea[^>]*>Ann&#39;s\n<\/textarea>/);
    const was = /name="was" value="([^"]*)"/.exec(page)?.[1] ?? '';
    expect((await post('/studio/save', { ...fields, was, text: 'Both' })).status).toBe(303);
    expect((await deps.workspace.read(MAIL))?.text).toBe('Both\n');
  });

  it('takes no path out of the folder and no file of a size that none has', async () => {
    const { post } = desk();
    const fields = { was: '', back: '/studio', text: 'x' };
    expect((await post('/studio/save', { ...fields, path: '../x.yaml' })).status).toBe(400);
    const long = 'x'.repeat(200 * 1024 + 1);
    expect((await post('/studio/save', { ...fields, path: MAIL, text: long })).status).toBe(413);
    const endless = 'x'.repeat(3 * 1024 * 1024);
    expect((await post('/studio/save', { ...fields, path: MAIL, text: endless })).status).toBe(413);
  });
});
