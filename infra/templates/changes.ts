/**
 * What one set of template files changes of another, as people say it: this wait of that journey, this
 * subject, these words in Lithuanian, that colour; each with before and after.
 */
import { parse } from 'yaml';
import { FRONT, JOURNEY_FILE, SHARED, type TemplateFiles } from './files.ts';

export type Change = {
  what: 'journey' | 'mail' | 'words' | 'brand' | 'languages' | 'samples' | 'shared part';
  /** `post-purchase`, `post-purchase/first-thanks`, `post-purchase lt`. */
  name: string;
  /** What of it: `steps.pause.wait`, `subject`, `html`, `greeting.named`; empty: the whole. */
  item: string;
  /** Absent where it is new. */
  before?: string;
  /** Absent where it is gone. */
  after?: string;
};

type Kind = Pick<Change, 'what' | 'name'> & {
  read(text: string): ReadonlyMap<string, string>;
  /** A file of lines: told by the lines that differ. */
  part?: string;
};

/** All that differs, by file, then in the order of the file. */
export function changesOf(before: TemplateFiles, after: TemplateFiles): Change[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  return paths.flatMap((path) => {
    const [was, is] = [before.get(path), after.get(path)];
    return was === is ? [] : changesOfFile(path, was, is);
  });
}

function changesOfFile(path: string, was: string | undefined, is: string | undefined): Change[] {
  const { what, name, read, part } = kindOf(path);
  const whole = part ?? '';
  if (was === undefined) return [{ what, name, item: whole, after: 'new' }];
  if (is === undefined) return [{ what, name, item: whole, before: 'gone' }];
  const values = changesOfValues(read(was), read(is)).map((change) => ({ what, name, ...change }));
  if (part === undefined) return values.length > 0 ? values : [comment({ what, name })];
  const lines = changesOfLines(bodyOf(was), bodyOf(is));
  const body = lines ? [{ what, name, item: part, ...lines }] : [];
  const found = [...values, ...body];
  return found.length > 0 ? found : [comment({ what, name })];
}

/** Comments, order and spaces change the file, and nothing that a customer sees. */
const comment = (about: Pick<Change, 'what' | 'name'>): Change => ({
  ...about,
  item: 'order or comments',
  before: 'as published',
  after: 'changed',
});

const NOTHING: Kind['read'] = () => new Map();
const yaml: Kind['read'] = (text) => flat(parse(text));
const front: Kind['read'] = (text) => yaml(FRONT.exec(text)?.[1] ?? '');
const bodyOf = (text: string): string[] => text.replace(FRONT, '').split('\n');

function kindOf(path: string): Kind {
  const [folder = '', file = '', words = ''] = path.split('/');
  if (file === 'locales') {
    const locale = words.replace(/(\.default)?\.json$/, '');
    return { what: 'words', name: `${folder} ${locale}`, read: (text) => flat(JSON.parse(text)) };
  }
  if (file === JOURNEY_FILE) return { what: 'journey', name: folder, read: yaml };
  const name = `${folder}/${file.replace(/\.(mjml|txt)$/, '')}`;
  const part = file.endsWith('.txt') ? 'text' : 'html';
  if (folder !== SHARED)
    return { what: 'mail', name, read: part === 'html' ? front : NOTHING, part };
  if (!file.endsWith('.yaml')) return { what: 'shared part', name, read: NOTHING, part };
  const known = { 'brand.yaml': 'brand', 'locales.yaml': 'languages' } as const;
  const what = Object.hasOwn(known, file) ? known[file as keyof typeof known] : 'samples';
  return { what, name: path, read: yaml };
}

/** Values by path. Steps go by their ids, so that one more step changes no other; their order is a value. */
function flat(value: unknown, path = '', into = new Map<string, string>()): Map<string, string> {
  const at = (key: string | number) => (path === '' ? String(key) : `${path}.${key}`);
  if (Array.isArray(value)) {
    const ids = value.map((item) => (isMap(item) && 'id' in item ? String(item['id']) : undefined));
    const named = ids.every((id) => id !== undefined);
    if (named && ids.length > 0) into.set(path, ids.join(', '));
    value.forEach((item, index) => {
      const { id: _, ...rest } = isMap(item) ? item : {};
      flat(named ? rest : item, at(ids[index] ?? index + 1), into);
    });
  } else if (isMap(value)) {
    for (const [key, inner] of Object.entries(value)) flat(inner, at(key), into);
  } else into.set(path, String(value ?? ''));
  return into;
}

const isMap = (value: unknown): value is { [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

type Values = ReadonlyMap<string, string>;

function changesOfValues(was: Values, is: Values): Pick<Change, 'item' | 'before' | 'after'>[] {
  const items = [...new Set([...is.keys(), ...was.keys()])];
  return items
    .map((item) => ({ item, before: was.get(item), after: is.get(item) }))
    .filter(({ before, after }) => before !== after)
    .map(({ item, before, after }) => ({
      item,
      ...(before !== undefined && { before }),
      ...(after !== undefined && { after }),
    }));
}

/** The first line that went and the first that came, with the number of the others. */
function changesOfLines(
  was: readonly string[],
  is: readonly string[],
): Pick<Change, 'before' | 'after'> | undefined {
  const gone = without(was, is);
  const come = without(is, was);
  const first = (lines: string[]): string => {
    const more = lines.length > 1 ? ` (and ${lines.length - 1} more lines)` : '';
    return `${lines[0]?.trim() ?? ''}${more}`;
  };
  if (gone.length === 0 && come.length === 0) return undefined;
  return {
    ...(gone.length > 0 && { before: first(gone) }),
    ...(come.length > 0 && { after: first(come) }),
  };
}

/** Lines of `all` that are not among `others`, each as often as it is too many. */
function without(all: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line.trim(), (left.get(line.trim()) ?? 0) + 1);
  return all.filter((line) => {
    const text = line.trim();
    const count = left.get(text) ?? 0;
    if (count > 0) left.set(text, count - 1);
    return text !== '' && count === 0;
  });
}
