import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { publishFiles } from '../../../cli/publish.ts';
import { type Mark, markOf } from '../../../cli/published-mark.ts';
import { authorOf, type Place } from '../../../cli/publishing.ts';
import { pullFiles, stepsTo } from '../../../cli/pull.ts';
import { historyLines } from '../../../cli/releases.ts';
import { goBack } from '../../../cli/rollback.ts';
import { memoryReleases } from '../../../functions/adapters/memory/releases.ts';
import { stages } from '../../../infra/config.ts';
import { TEMPLATES_DIR } from '../../../infra/build-release.ts';
import { checkStage } from '../../../infra/stage-config.ts';
import { newChecker } from '../../../infra/templates/checks/index.ts';
import { readTemplates } from '../../../infra/templates/files.ts';

const { settings } = checkStage('dev', stages.dev);
let root: string;
let dir: string;
let said: string[];
let releases: ReturnType<typeof memoryReleases>;
let now: number;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'perennial-publish-'));
});
afterAll(() => rmSync(root, { recursive: true }));
beforeEach(() => {
  dir = mkdtempSync(join(root, 'templates-'));
  cpSync(TEMPLATES_DIR, dir, { recursive: true });
  said = [];
  releases = memoryReleases();
  now = Date.UTC(2026, 10, 22, 10, 3);
});

const io = { out: (text: string) => said.push(text), err: (text: string) => said.push(text) };
const place = (mark: Mark = markOf(dir, 'dev')): Place => ({
  name: 'stage dev',
  settings,
  mark,
  releases,
  now: () => now,
});
const wish = { message: 'Kinder words', author: 'Rūta', over: undefined, dryRun: false };
/** Remembers what it has seen: all of it is checked once. */
const checker = newChecker();
const check: typeof checker.check = (...told) => checker.check(...told);
const publishHere = (more: Partial<Parameters<typeof publishFiles>[2]> = {}, from = dir) =>
  publishFiles(place(markOf(from, 'dev')), readTemplates(from), { ...wish, ...more }, io, check);
const pullHere = (which?: string, force = false, into = dir) =>
  pullFiles(place(markOf(into, 'dev')), into, { which, force }, io);
const output = () => said.join('\n');

function edit(path: string, from: string | RegExp, to: string, where = dir) {
  const file = join(where, path);
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(from, to));
  return text;
}
const SUBJECT = /^subject: .*$/m;
const survey = 'feedback/survey.mjml';
const nudge = 'reorder/nudge.txt';

describe('npm run publish', () => {
  it('shows each change before and after, publishes, and knows when there is nothing to do', async () => {
    await publishHere();
    edit(survey, SUBJECT, 'subject: "{{ \'survey.subject\' | t }}!"');
    said = [];
    await publishHere();
    expect(output()).toMatch(
      /mail +feedback\/survey +subject +\{\{ '[^']+' \| t \}\} +\{\{.*\}\}!/,
    );
    expect(output()).toContain('version 2 (Rūta, 2026-11-22 10:03 UTC: Kinder words) is current');
    await publishHere();
    expect(output()).toContain('the current version says the same');
    expect(await releases.history()).toHaveLength(2);
  });

  it('refuses what is wrong, with file and line, and publishes nothing of it', async () => {
    edit(nudge, '{{', '{{ custmer.name }}{{');
    await expect(publishHere()).rejects.toThrow(
      /errors?\.\nreorder\/nudge\.txt:\d+: got .*custmer/,
    );
    expect(await releases.current()).toBeUndefined();
  });

  it('only looks with --dry-run', async () => {
    await publishHere({ dryRun: true, message: undefined });
    expect(output()).toContain('--dry-run');
    expect(await releases.current()).toBeUndefined();
    await expect(publishHere({ message: undefined })).rejects.toThrow('--message');
    await publishHere();
    edit('reorder/journey.yaml', /send: nudge/, 'exit: true');
    edit('reorder/journey.yaml', /- id: /, '- id: greet\n    send: nudge\n\n  - id: ');
    await publishHere({ dryRun: true });
    expect(output()).toMatch(/reorder\/journey\.yaml:\d+: got the id \S+ for a step of kind exit/);
  });

  it('does not take back what somebody else published since, until it is pulled', async () => {
    await publishHere();
    const theirs = mkdtempSync(join(root, 'templates-'));
    cpSync(dir, theirs, { recursive: true });
    edit(survey, SUBJECT, 'subject: "{{ \'survey.subject\' | t }}!"');
    await publishHere();
    const nudged = edit(nudge, /$/, 'Yours,\n', theirs);
    await expect(publishHere({ author: 'Jonas' }, theirs)).rejects.toThrow(
      'version 2 (Rūta, 2026-11-22 10:03 UTC: Kinder words) was published since version 1',
    );
    await expect(publishHere({ over: '1' }, theirs)).rejects.toThrow(
      '--over: got 1, but version 2',
    );
    said = [];
    await pullHere(undefined, false, theirs);
    expect(output()).toContain(`written  ${survey}`);
    expect(output()).toContain(`yours    ${nudge}`);
    expect(await publishHere({ author: 'Jonas' }, theirs)).toMatchObject({ version: 3 });
    const files = await releases.files((await releases.current()) as never);
    expect(files?.[nudge]).toBe(`${nudged}Yours,\n`);
    expect(files?.[survey]).toContain('!');
  });

  it('asks where it is not known which version the files are of', async () => {
    await publishHere();
    const clone = mkdtempSync(join(root, 'templates-'));
    cpSync(TEMPLATES_DIR, clone, { recursive: true });
    expect(await publishHere({}, clone)).toBeUndefined();
    rmSync(join(clone, '.published.json'));
    edit(nudge, /$/, 'Yours,\n', clone);
    await expect(publishHere({}, clone)).rejects.toThrow(/not known whether .* --over 1/);
    expect(await publishHere({ over: 'current' }, clone)).toMatchObject({ version: 2 });
  });
});

describe('npm run rollback', () => {
  it('shows what goes, and the history says what happened', async () => {
    await publishHere();
    edit(survey, SUBJECT, 'subject: "{{ \'survey.subject\' | t }}!"');
    await publishHere({ message: 'Louder' });
    const back = {
      to: '1',
      message: undefined,
      author: 'Jonas',
      keepRunning: false,
      dryRun: false,
    };
    await goBack(place(), { ...back, dryRun: true }, io);
    expect(await releases.history()).toHaveLength(2);
    await goBack(place(), back, io);
    expect(output()).toContain('Runs of what was taken back go on in it');
    const lines = historyLines(await releases.history(), true);
    expect(lines[1]).toMatch(
      /3 \* +2026-11-22 10:03 UTC +Jonas +\S{22} +Back to version 1 +back to 1, 1 release withdrawn/,
    );
    expect(lines[2]).toMatch(/2 .* Rūta .* Louder$/);
    await expect(goBack(place(), { ...back, to: '9' }, io)).rejects.toThrow('npm run releases');
  });

  it('shows as many versions as were asked for, and how many are left', async () => {
    expect(historyLines([], false)).toEqual(['Nothing was published yet.']);
    await publishHere();
    edit(nudge, /$/, 'Yours,\n');
    await publishHere();
    const lines = historyLines(await releases.history(1), false);
    expect(lines.at(-1)).toBe('  and 1 before: --all');
  });
});

describe('npm run pull', () => {
  it('gives the files back byte for byte, into an empty folder too', async () => {
    await publishHere();
    const empty = join(root, 'empty');
    await pullHere(undefined, false, empty);
    expect(readTemplates(empty)).toEqual(readTemplates(dir));
    edit(nudge, /$/, 'Yours,\n');
    await publishHere();
    await pullHere('1');
    expect(readTemplates(dir)).toEqual(readTemplates(empty));
  });

  it('never writes over what was changed here, unless --force', async () => {
    await publishHere();
    const published = readFileSync(join(dir, nudge), 'utf8');
    edit(nudge, /$/, 'Theirs,\n');
    await publishHere();
    await pullHere('1');
    edit(nudge, /$/, 'Mine,\n');
    await expect(pullHere()).rejects.toThrow(`1 files of ${dir} were changed here`);
    expect(readFileSync(join(dir, nudge), 'utf8')).toBe(`${published}Mine,\n`);
    await pullHere(undefined, true);
    expect(readFileSync(join(dir, nudge), 'utf8')).toBe(`${published}Theirs,\n`);
  });

  it('removes what is gone there, and takes every difference for a change where no version is known', async () => {
    await publishHere();
    writeFileSync(join(dir, '_shared', 'extra.txt'), 'Extra\n');
    expect(await pullHere()).toEqual([{ path: '_shared/extra.txt', what: 'stays' }]);
    rmSync(join(dir, '.published.json'));
    await expect(pullHere()).rejects.toThrow('_shared/extra.txt');
    await pullHere(undefined, true);
    expect(existsSync(join(dir, '_shared', 'extra.txt'))).toBe(false);
  });

  it('says so where nothing, or no such version, was published', async () => {
    await expect(pullHere()).rejects.toThrow('nothing was published yet');
    await publishHere();
    await expect(pullHere('7')).rejects.toThrow('got 7');
  });

  it('never writes over a change of this side, whatever the three sides hold', () => {
    const side = fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined });
    const files = (text: string | undefined) =>
      new Map(text === undefined ? [] : [['f/x.txt', text]]);
    fc.assert(
      fc.property(side, side, side, (mine, theirs, was) => {
        const [step] = stepsTo(files(mine), files(theirs), files(was));
        const writes = step?.what === 'written' || step?.what === 'removed';
        expect(writes).toBe(mine !== theirs && mine === was);
        expect(step === undefined).toBe(mine === theirs);
      }),
    );
  });
});

it('calls the author by the name given, else by one that is no address', () => {
  expect(authorOf('Rūta')).toBe('Rūta');
  expect(authorOf(undefined)).toMatch(/^[^@]+$/);
});
