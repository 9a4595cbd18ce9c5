/** A YAML file with its lines: whatever is wrong with it can be pointed at. */
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';

/** One thing that cannot work, where it stands, and what would. */
export type Problem = { file: string; line: number; got: string; wanted: string };
export type Path = readonly (string | number)[];

export type Source = {
  file: string;
  value: unknown;
  /** Line of the key or item at `path`; of its nearest parent where there is none. */
  lineOf(path: Path): number;
};
export type ReadSource = { ok: true; source: Source } | { ok: false; problems: Problem[] };

/** Far above any journey that people can follow. */
export const YAML_CHARS_MAX = 64 * 1024;

const GOT_CHARS_MAX = 60;

/** A value in a few words, for the "got" of a problem. */
export function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) {
    return `a map with ${Object.keys(value).join(', ') || 'nothing in it'}`;
  }
  const text = String(value);
  return text.length > GOT_CHARS_MAX ? `${text.slice(0, GOT_CHARS_MAX)}…` : text;
}

/** Reads YAML without anchors (a reader should not have to jump) and refuses a key that stands twice. */
export function readSource(file: string, text: string, firstLine = 1): ReadSource {
  const refused = (line: number, got: string, wanted: string): ReadSource => ({
    ok: false,
    problems: [{ file, line, got, wanted }],
  });
  if (text.length > YAML_CHARS_MAX) {
    return refused(firstLine, `${text.length} characters`, `at most ${YAML_CHARS_MAX}`);
  }
  const lines = new LineCounter();
  const line = (offset: number) => lines.linePos(offset).line + firstLine - 1;
  const doc = parseDocument(text, { lineCounter: lines, prettyErrors: false, schema: 'core' });
  const [error] = doc.errors;
  if (error) return refused(line(error.pos[0]), error.message, 'YAML that can be read');
  let value: unknown;
  try {
    value = doc.toJS({ maxAliasCount: 0 });
  } catch {
    return refused(firstLine, 'an alias (*name)', 'the text itself: files here have no anchors');
  }
  const lineOf = (path: Path): number => {
    let node: unknown = doc.contents;
    let offset = isMap(node) || isSeq(node) ? (node.range?.[0] ?? 0) : 0;
    for (const key of path) {
      if (isMap(node)) {
        const pair = node.items.find((item) => isScalar(item.key) && item.key.value === key);
        if (!pair) break;
        offset = (isScalar(pair.key) ? pair.key.range?.[0] : undefined) ?? offset;
        node = pair.value;
      } else if (isSeq(node)) {
        node = node.items[Number(key)];
        offset = (node as { range?: [number] } | undefined)?.range?.[0] ?? offset;
      } else break;
    }
    return line(offset);
  };
  return { ok: true, source: { file, value, lineOf } };
}
