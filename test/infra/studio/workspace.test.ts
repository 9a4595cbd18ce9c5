import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { memoryDrafts } from '../../../functions/adapters/memory/drafts.ts';
import type { Workspace } from '../../../infra/studio/deps.ts';
import {
  draftWorkspace,
  folderWorkspace,
  memoryWorkspace,
} from '../../../infra/studio/workspace.ts';
import type { TemplateFiles } from '../../../infra/templates/files.ts';

const MAIL = 'post-purchase/first-thanks.mjml';
const WORDS = 'post-purchase/locales/lt.json';
const NEW = 'post-purchase/second-thanks.mjml';
const BASE = new Map([
  [MAIL, 'thanks\n'],
  [WORDS, '{}\n'],
]);
const NOW = Date.UTC(2026, 10, 22);

const dirs: string[] = [];
afterAll(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
});

function folder(): { dir: string; workspace: Workspace } {
  const dir = mkdtempSync(join(tmpdir(), 'perennial-studio-'));
  dirs.push(dir);
  const workspace = folderWorkspace(dir, 'a folder');
  return { dir, workspace };
}

async function filled(files: TemplateFiles) {
  const made = folder();
  for (const [path, text] of files) await made.workspace.save(path, text, undefined, 'git');
  return made;
}

const drafts = (published: TemplateFiles = BASE) => {
  const store = memoryDrafts();
  const of = (files: TemplateFiles) =>
    draftWorkspace({
      name: 'drafts',
      drafts: store,
      published: async () => files,
      now: () => NOW,
    });
  return { store, of, workspace: of(published) };
};

const KINDS: [string, () => Promise<Workspace>][] = [
  ['a folder', async () => (await filled(BASE)).workspace],
  ['drafts', async () => drafts().workspace],
  ['memory', async () => memoryWorkspace(BASE)],
];

describe.each(KINDS)('a workspace of %s', (_, make) => {
  it('reads what there is', async () => {
    const workspace = await make();
    expect(await workspace.files()).toEqual(BASE);
    expect((await workspace.read(MAIL))?.text).toBe('thanks\n');
    expect(await workspace.read(NEW)).toBeUndefined();
  });

  it('saves over the text that the editor began with, and gives the next tag', async () => {
    const workspace = await make();
    const began = await workspace.read(MAIL);
    const first = await workspace.save(MAIL, 'one\n', began?.tag, 'Ann');
    expect(first).toEqual({ saved: expect.any(String) });
    const tag = 'saved' in first ? first.saved : '';
    expect((await workspace.read(MAIL))?.tag).toBe(tag);
    expect(await workspace.save(MAIL, 'two\n', tag, 'Ann')).toHaveProperty('saved');
    expect((await workspace.files()).get(MAIL)).toBe('two\n');
    expect((await workspace.files()).get(WORDS)).toBe('{}\n');
  });

  it('never writes over what somebody else saved, and shows it', async () => {
    const workspace = await make();
    const tag = (await workspace.read(MAIL))?.tag;
    await workspace.save(MAIL, "Ben's\n", tag, 'Ben');
    const outcome = await workspace.save(MAIL, "Ann's\n", tag, 'Ann');
    const theirs = await workspace.read(MAIL);
    expect(outcome).toMatchObject({ conflict: { text: "Ben's\n", tag: theirs?.tag } });
    expect(theirs?.text).toBe("Ben's\n");
    expect(await workspace.save(MAIL, 'both\n', theirs?.tag, 'Ann')).toHaveProperty('saved');
  });

  it('lets one of two win who save at once', async () => {
    const workspace = await make();
    const tag = (await workspace.read(MAIL))?.tag;
    const outcomes = await Promise.all(
      ['Ann', 'Ben', 'Cleo'].map((who) => workspace.save(MAIL, `${who}'s\n`, tag, who)),
    );
    expect(outcomes.filter((outcome) => 'saved' in outcome)).toHaveLength(1);
  });

  it('takes a new file once', async () => {
    const workspace = await make();
    expect(await workspace.save(NEW, 'new\n', undefined, 'Ann')).toHaveProperty('saved');
    expect((await workspace.files()).get(NEW)).toBe('new\n');
    expect(await workspace.save(NEW, 'other\n', undefined, 'Ben')).toMatchObject({
      conflict: { text: 'new\n' },
    });
  });

  it('lets a file go, and tells whoever still has it open', async () => {
    const workspace = await make();
    const tag = (await workspace.read(MAIL))?.tag;
    expect(await workspace.save(MAIL, null, tag, 'Ann')).toHaveProperty('saved');
    expect(await workspace.read(MAIL)).toBeUndefined();
    expect([...(await workspace.files()).keys()]).toEqual([WORDS]);
    expect(await workspace.save(MAIL, 'still\n', tag, 'Ben')).toMatchObject({
      conflict: { text: '', tag: '' },
    });
    expect(await workspace.save(MAIL, 'again\n', undefined, 'Ben')).toHaveProperty('saved');
  });

  it.each([
    '../secret.yaml',
    '/etc/passwd',
    'a/../b.mjml',
    'post-purchase/x.sh',
    'a/locales/../x.json',
  ])('touches nothing but templates: not %s', async (path) => {
    const workspace = await make();
    await expect(workspace.read(path)).rejects.toThrow(/wanted a file such as/);
    await expect(workspace.save(path, 'x', undefined, 'Ann')).rejects.toThrow(/wanted a file/);
  });
});

describe('a folder', () => {
  it('is left alone where nothing changes, and holds no halves', async () => {
    const { dir, workspace } = await filled(BASE);
    const tag = (await workspace.read(MAIL))?.tag;
    await workspace.save(MAIL, 'next\n', tag, 'Ann');
    expect(readdirSync(join(dir, 'post-purchase'))).toEqual(['first-thanks.mjml', 'locales']);
    expect(readFileSync(join(dir, MAIL), 'utf8')).toBe('next\n');
  });

  it('says when another program wrote in between', async () => {
    const { dir, workspace } = await filled(BASE);
    const tag = (await workspace.read(MAIL))?.tag;
    writeFileSync(join(dir, MAIL), 'by git\n');
    const outcome = await workspace.save(MAIL, 'mine\n', tag, 'Ann');
    expect(outcome).toMatchObject({ conflict: { text: 'by git\n', at: expect.any(Number) } });
  });
});

describe('drafts', () => {
  it('lie over what is published, whoever opens them', async () => {
    const { workspace, of } = drafts();
    const tag = (await workspace.read(MAIL))?.tag;
    await workspace.save(MAIL, "Ann's\n", tag, 'Ann');
    expect((await of(BASE).files()).get(MAIL)).toBe("Ann's\n");
    const conflict = await of(BASE).save(MAIL, "Ben's\n", tag, 'Ben');
    expect(conflict).toMatchObject({ conflict: { text: "Ann's\n", by: 'Ann', at: NOW } });
  });

  it('tell an editor that somebody published another text since', async () => {
    const { workspace, of } = drafts();
    const tag = (await workspace.read(MAIL))?.tag;
    const later = of(new Map([[MAIL, 'published\n']]));
    expect(await later.save(MAIL, 'mine\n', tag, 'Ann')).toMatchObject({
      conflict: { text: 'published\n' },
    });
  });

  it('go on over a file that was published as it is, without a word', async () => {
    const { workspace, of } = drafts();
    const tag = (await workspace.read(MAIL))?.tag;
    const saved = await workspace.save(MAIL, 'published\n', tag, 'Ann');
    const files = new Map([[MAIL, 'published\n']]);
    await of(files).published?.(files);
    const next = await of(files).save(MAIL, 'next\n', 'saved' in saved ? saved.saved : '', 'Ann');
    expect(next).toHaveProperty('saved');
  });

  it('are drafts no more once they are published, but for those that changed since', async () => {
    const { workspace, store } = drafts();
    const tag = (await workspace.read(MAIL))?.tag;
    await workspace.save(MAIL, 'in it\n', tag, 'Ann');
    await workspace.save(NEW, 'later\n', undefined, 'Ann');
    const words = (await workspace.read(WORDS))?.tag;
    await workspace.save(WORDS, null, words, 'Ann');
    await workspace.published?.(new Map([[MAIL, 'in it\n']]));
    expect((await store.list()).map(({ path }) => path)).toEqual([NEW]);
  });
});
