import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TEMPLATES_DIR } from '../../../infra/build-release.ts';
import { readTemplates, type TemplateFiles } from '../../../infra/templates/files.ts';
import { examplesOf } from '../../../infra/studio/words/categories.ts';
import { addKey, oneLine, saveWord } from '../../../infra/studio/words/save.ts';
import {
  filtered,
  NO_FILTER,
  type Row,
  standing,
  tagOfWord,
  wordFolders,
  wordsTable,
} from '../../../infra/studio/words/table.ts';
import { filterOf, queryOf } from '../../../infra/studio/words/address.ts';
import { memoryWorkspace } from '../../../infra/studio/workspace.ts';

const FILES = readTemplates(TEMPLATES_DIR);
const WIN_BACK = 'win-back/locales';

/** The shipped files with some words said otherwise. */
function changed(words: {
  [file: string]: (json: { [g: string]: { [k: string]: unknown } }) => void;
}) {
  const files = new Map(FILES);
  for (const [file, change] of Object.entries(words)) {
    const json = JSON.parse(files.get(file) ?? '{}') as { [g: string]: { [k: string]: unknown } };
    change(json);
    files.set(file, `${JSON.stringify(json, null, 2)}\n`);
  }
  return files;
}
const rowOf = (files: TemplateFiles, folder: string, key: string): Row => {
  const row = wordsTable(files, folder).rows.find((each) => each.key === key);
  if (!row) throw new Error(`no row ${key}`);
  return row;
};
const cellOf = (files: TemplateFiles, locale: string, key = 'hello.subject') => {
  const cell = rowOf(files, 'win-back', key).cells.find((each) => each.locale === locale);
  if (!cell) throw new Error(`no cell ${locale}`);
  return cell;
};

describe('the words table', () => {
  it('has every folder with words, the shared ones first', () => {
    const folders = wordFolders(FILES);
    expect(folders[0]).toBe('_shared');
    expect(folders).toContain('win-back');
  });

  it('has every key and language of the shipped mails, with nothing missing or wrong', () => {
    for (const folder of wordFolders(FILES)) {
      const table = wordsTable(FILES, folder);
      expect(table.problems).toEqual([]);
      expect(table.rows.length).toBeGreaterThan(0);
      for (const { locale } of table.languages) {
        expect([folder, locale, standing(table, locale)]).toEqual([
          folder,
          locale,
          { missing: 0, wrong: 0 },
        ]);
      }
    }
  });

  it('says which mails use a word, by themselves or by a block', () => {
    expect(rowOf(FILES, 'win-back', 'hello.subject').uses?.map(({ mail }) => mail)).toContain(
      'win-back/hello',
    );
    const greeting = rowOf(FILES, '_shared', 'greeting.plain').uses ?? [];
    expect(new Set(greeting.map(({ mail }) => mail)).size).toBeGreaterThan(3);
  });

  it('marks a word that one language lacks', () => {
    const files = changed({ [`${WIN_BACK}/lt.json`]: (json) => delete json['hello']?.['subject'] });
    expect(cellOf(files, 'lt')).toMatchObject({ text: undefined, forms: [{ text: '' }] });
    const missing = filtered(wordsTable(files, 'win-back'), { ...NO_FILTER, missing: true });
    expect(missing.rows.map(({ key }) => key)).toEqual(['hello.subject']);
  });

  it('asks each language for its own plural forms', () => {
    const plural = { one: 'one piece', other: '{{ count }} pieces' };
    const files = changed({
      [`${WIN_BACK}/en.default.json`]: (json) => Object.assign(json['hello'] ?? {}, { plural }),
    });
    const forms = (locale: string) =>
      cellOf(files, locale, 'hello.plural').forms.map(({ category }) => category);
    expect(forms('lt')).toEqual(['one', 'few', 'many', 'other']);
    expect(forms('ar')).toEqual(['zero', 'one', 'two', 'few', 'many', 'other']);
    expect(forms('hy')).toEqual(['one', 'other']);
  });

  it('says what is wrong with a word as the release would', () => {
    const files = changed({
      [`${WIN_BACK}/lt.json`]: (json) =>
        Object.assign(json['hello'] ?? {}, { subject: '<b>x</b>' }),
      [`${WIN_BACK}/hu.json`]: (json) =>
        Object.assign(json['hello'] ?? {}, { subject: 'Kedves {{ name }}' }),
    });
    expect(cellOf(files, 'lt').wrong).toMatchObject([{ got: 'HTML in words', stops: true }]);
    expect(cellOf(files, 'hu').wrong).toMatchObject([
      { got: 'hello.subject with name', stops: false },
    ]);
  });

  it('says of an English word which mail does not fill its place', () => {
    const files = changed({
      [`${WIN_BACK}/en.default.json`]: (json) =>
        Object.assign(json['hello'] ?? {}, { subject: 'Dear {{ name }}' }),
    });
    const [wrong] = cellOf(files, 'en').wrong;
    expect(wrong?.got).toBe('a place for name');
    expect(wrong?.wanted).toMatch(/win-back\/hello\.(mjml|txt):\d+ fills/);
  });

  it('finds words by key and by text in any language, without minding accents and case', () => {
    const table = wordsTable(FILES, '_shared');
    const keys = (text: string) =>
      filtered(table, { ...NO_FILTER, text }).rows.map(({ key }) => key);
    expect(keys('GREETING.')).toContain('greeting.named');
    expect(keys('atsisakyti laisku')).toEqual(['footer.unsubscribe']);
    expect(keys('nothing says this')).toEqual([]);
  });

  it('shows the languages that are asked for, and the words of one mail', () => {
    const table = wordsTable(FILES, 'win-back');
    const some = filtered(table, { ...NO_FILTER, mail: 'win-back/hello', languages: ['ar', 'xx'] });
    expect(some.languages.map(({ locale }) => locale)).toEqual(['ar']);
    expect(some.rows.every(({ cells }) => cells.length === 1)).toBe(true);
    expect(some.rows.length).toBeLessThan(table.rows.length);
    expect(some.rows.every(({ uses }) => uses?.some((use) => use.mail === 'win-back/hello'))).toBe(
      true,
    );
  });

  it('keeps a filter in the address', () => {
    const filter = { mail: 'a/b', text: 'é&=', missing: true, languages: ['en', 'ar'] };
    expect(filterOf(`http://localhost/studio/words/x${queryOf(filter)}`)).toEqual(filter);
    expect(queryOf(NO_FILTER)).toBe('');
  });

  it('shows which numbers a plural form is for', () => {
    expect(examplesOf('lt', 'few')).toBe('2, 3, 4, 5, …');
    expect(examplesOf('ar', 'two')).toBe('2');
    expect(examplesOf('hy', 'one')).toBe('0, 1');
    expect(examplesOf('lt', 'many')).toContain('0.5');
    expect(examplesOf('en', 'few')).toBe('');
  });
});

const EDIT = { folder: 'win-back', locale: 'lt', key: 'hello.subject' };
const wasOf = (files: TemplateFiles) => cellOf(files, 'lt').tag;

describe('saving a word', () => {
  it('writes the file with that word changed and nothing else', async () => {
    const workspace = memoryWorkspace(FILES);
    const text = 'Seniai matėmės';
    const before = FILES.get(`${WIN_BACK}/lt.json`) ?? '';
    const old = String(cellOf(FILES, 'lt').text);
    const outcome = await saveWord(
      { workspace, author: 'Ann' },
      { ...EDIT, text, was: wasOf(FILES) },
    );
    expect(outcome).toEqual({ saved: { text, tag: tagOfWord(text) } });
    expect((await workspace.read(`${WIN_BACK}/lt.json`))?.text).toBe(
      before.replace(JSON.stringify(old), JSON.stringify(text)),
    );
  });

  it('refuses what no mail could say, and writes nothing', async () => {
    const workspace = memoryWorkspace(FILES);
    const deps = { workspace, author: 'Ann' };
    for (const text of ['', '<b>x</b>', '{% if x %}', 'x'.repeat(1001), '\u202ex']) {
      const outcome = await saveWord(deps, { ...EDIT, text, was: wasOf(FILES) });
      expect(outcome).toMatchObject({ refused: [{ stops: true }] });
    }
    expect([...(await workspace.files())]).toEqual([...FILES]);
  });

  it('tells of somebody who said the same word otherwise, and keeps what they wrote', async () => {
    const workspace = memoryWorkspace(FILES);
    const was = wasOf(FILES);
    await saveWord({ workspace, author: 'Ann' }, { ...EDIT, text: 'Anos', was });
    const outcome = await saveWord({ workspace, author: 'Ben' }, { ...EDIT, text: 'Beno', was });
    expect(outcome).toMatchObject({ conflict: { text: 'Anos', tag: tagOfWord('Anos') } });
    expect(cellOf(await workspace.files(), 'lt').text).toBe('Anos');
  });

  it('keeps the words of everybody who saves others of the same file at the same time', async () => {
    const keys = wordsTable(FILES, 'win-back').rows.map(({ key }) => key);
    const pairs = fc.tuple(fc.nat(keys.length - 1), fc.integer({ min: 1, max: keys.length - 1 }));
    await fc.assert(
      fc.asyncProperty(pairs, async ([first, step]) => {
        const [one = '', two = ''] = [keys[first], keys[(first + step) % keys.length]];
        const workspace = memoryWorkspace(FILES);
        const save = (key: string, text: string) =>
          saveWord(
            { workspace, author: 'Ann' },
            { ...EDIT, key, text, was: cellOf(FILES, 'lt', key).tag },
          );
        const outcomes = await Promise.all([save(one, 'Pirmas'), save(two, 'Antras')]);
        expect(outcomes.every((outcome) => 'saved' in outcome)).toBe(true);
        const files = await workspace.files();
        expect(cellOf(files, 'lt', one).text).toBe('Pirmas');
        expect(cellOf(files, 'lt', two).text).toBe('Antras');
      }),
      { numRuns: 20 },
    );
  });

  it('knows a plural again whatever the order of its forms', () => {
    expect(tagOfWord({ one: 'a', other: 'b' })).toBe(tagOfWord({ other: 'b', one: 'a' }));
    expect(tagOfWord({ one: 'a', other: 'b' })).not.toBe(tagOfWord({ one: 'b', other: 'a' }));
  });

  it('says that a file cannot be read instead of writing over it', async () => {
    const files = new Map(FILES).set(`${WIN_BACK}/lt.json`, '{ "hello": ');
    const workspace = memoryWorkspace(files);
    const deps = { workspace, author: 'Ann' };
    const outcome = await saveWord(deps, { ...EDIT, text: 'x', was: tagOfWord(undefined) });
    expect(outcome).toMatchObject({ refused: [{ got: `${WIN_BACK}/lt.json, which is no JSON` }] });
    expect(wordsTable(files, 'win-back').problems).toMatchObject([{ file: `${WIN_BACK}/lt.json` }]);
  });

  it('makes one line of what was typed on several', () => {
    expect(oneLine('  Labas\r\n  rytas \n')).toBe('Labas rytas');
  });
});

describe('adding a word', () => {
  const add = (files: TemplateFiles, key: string, texts: { [locale: string]: string }) => {
    const workspace = memoryWorkspace(files);
    const deps = { workspace, author: 'Ann' };
    return addKey(deps, { folder: 'win-back', key, texts }).then(async (outcome) => ({
      outcome,
      files: await workspace.files(),
    }));
  };

  it('puts it into all languages at once', async () => {
    const { outcome, files } = await add(FILES, 'hello.more', {
      en: 'More',
      lt: 'Dar',
      ar: 'المزيد',
    });
    expect(outcome).toEqual({ added: ['en', 'lt', 'ar'] });
    expect(cellOf(files, 'lt', 'hello.more').text).toBe('Dar');
    expect(cellOf(files, 'ar', 'hello.more').text).toBe('المزيد');
    expect(cellOf(files, 'hu', 'hello.more').text).toBeUndefined();
  });

  it.each([
    ['hello.subject', 'a key that is there'],
    ['greeting.named', 'a key of the shared words'],
    ['hello.subject.more', 'a key within a word'],
    ['hello', 'a key that is a group'],
    ['Hello.More', 'a key with capitals'],
  ])('refuses %s: %s', async (key) => {
    const { outcome, files } = await add(FILES, key, { en: 'More' });
    expect(outcome).toMatchObject({ refused: [{ got: `the key ${key}` }] });
    expect([...files]).toEqual([...FILES]);
  });

  it('refuses a word without English, and one that is wrong in any language', async () => {
    expect((await add(FILES, 'hello.more', { lt: 'Dar' })).outcome).toMatchObject({
      refused: [{ locale: 'en' }],
    });
    expect((await add(FILES, 'hello.more', { en: 'More', lt: '<i>' })).outcome).toMatchObject({
      refused: [{ locale: 'lt', got: 'HTML in words' }],
    });
  });
});
