/** The files that one mail is made of, as tabs of its editor. */
import { readLocales } from '../../templates/locales.ts';
import { JOURNEY_FILE, namesIn, SHARED, type TemplateFiles } from '../../templates/files.ts';
import type { Workspace } from '../deps.ts';
import type { Source } from './wire.ts';

const INCLUDED = /\{%-?\s*include\s+'([a-z0-9-]+)'/g;
/** Deeper than compiling goes. */
const DEPTH_MAX = 5;

/** Partials that stand in a file, and in those. */
function partialsOf(files: TemplateFiles, path: string, depth = 0): string[] {
  if (depth > DEPTH_MAX) return [];
  const extension = path.slice(path.lastIndexOf('.'));
  return [...(files.get(path) ?? '').matchAll(INCLUDED)].flatMap(([, name = '']) => {
    const partial = `${SHARED}/${name}${extension}`;
    return files.has(partial) ? [partial, ...partialsOf(files, partial, depth + 1)] : [];
  });
}

const named = (paths: readonly string[], group: Source['group'], title: (path: string) => string) =>
  paths.map((path) => ({ path, group, title: title(path) }));

const localeOf = (path: string): string =>
  path.slice(path.lastIndexOf('/') + 1).replace(/(?:\.default)?\.json$/, '');

/** In the order of locales.yaml, in which English stands first; others after them. */
function wordFiles(files: TemplateFiles, journey: string): string[] {
  const locales = readLocales(files);
  const order = locales.ok ? Object.keys(locales.value) : [];
  const rank = (path: string) =>
    (order.indexOf(localeOf(path)) + order.length + 1) % (order.length + 1);
  return namesIn(files, `${journey}/locales`)
    .map((name) => `${journey}/locales/${name}`)
    .sort((a, b) => rank(a) - rank(b));
}

/** Names and groups of the files; the mail's own first, the layout of all mails last. */
export function filesOf(files: TemplateFiles, journey: string, name: string) {
  const mail = [`${journey}/${name}.mjml`, `${journey}/${name}.txt`];
  const layouts = [`${SHARED}/layout.mjml`, `${SHARED}/layout.txt`];
  const used = mail.flatMap((path) => partialsOf(files, path));
  const frame = layouts.flatMap((path) => [path, ...partialsOf(files, path)]);
  const partials = [...new Set([...used, ...frame])].filter((path) => files.has(path));
  const base = (path: string) => path.slice(path.lastIndexOf('/') + 1);
  return [
    ...named(mail, 'mail', (path) => (path.endsWith('.mjml') ? 'Mail' : 'Plain text')),
    ...named(wordFiles(files, journey), 'words', localeOf),
    ...named(partials, 'partials', base),
  ];
}

/** The same with their texts and tags, as they are saved now. */
export const sourcesOf = (
  workspace: Workspace,
  files: TemplateFiles,
  journey: string,
  name: string,
): Promise<Source[]> =>
  Promise.all(
    filesOf(files, journey, name).map(async (source) => {
      const saved = await workspace.read(source.path);
      return { ...source, text: saved?.text ?? '', ...(saved && { tag: saved.tag }) };
    }),
  );

export const isMail = (files: TemplateFiles, journey: string, name: string): boolean =>
  journey !== SHARED &&
  files.has(`${journey}/${name}.mjml`) &&
  files.has(`${journey}/${JOURNEY_FILE}`);
