/** Changes one word in a file of words; everything around it stays as somebody typed it. */
import type { Text } from '../../../functions/contract/release.ts';
import { isPlural } from '../../templates/words.ts';
import { type JsonNode, type Member, readJson } from './json-text.ts';

type Edit = { start: number; end: number; text: string };

const apply = (text: string, { start, end, text: by }: Edit): string =>
  `${text.slice(0, start)}${by}${text.slice(end)}`;

/** How this file is written: what stands between `{` and the first key, and between a key and its value. */
type Habit = { newline: string; unit: string; colon: string };

function habitOf(text: string, root: { start: number; members: readonly Member[] }): Habit {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const [first] = root.members;
  if (!first) return { newline, unit: '  ', colon: ': ' };
  const lead = text.slice(root.start + 1, first.start);
  const unit = /\n([ \t]+)$/.exec(lead)?.[1] ?? '  ';
  const afterKey = text.slice(first.start, first.value.start);
  return { newline, unit, colon: /[^"]*$/.exec(afterKey)?.[0] ?? ': ' };
}

/** The blanks that the line of a place begins with. */
const indentAt = (text: string, at: number): string =>
  /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', at - 1) + 1, at))?.[0] ?? '';

type Tree = string | { readonly [key: string]: Tree };

function written(value: Tree, indent: string, habit: Habit): string {
  if (typeof value === 'string') return JSON.stringify(value);
  const inner = indent + habit.unit;
  const lines = Object.entries(value).map(
    ([key, each]) => `${inner}${JSON.stringify(key)}${habit.colon}${written(each, inner, habit)}`,
  );
  const { newline } = habit;
  return `{${newline}${lines.join(`,${newline}`)}${newline}${indent}}`;
}

/** A new last member of an object, on a line of its own where the others are. */
function append(
  text: string,
  node: JsonNode & { members: readonly Member[] },
  key: string,
  value: Tree,
  habit: Habit,
): Edit {
  const [first] = node.members;
  const last = node.members.at(-1);
  if (!first || !last) {
    const indent = indentAt(text, node.start);
    return { ...node, text: written({ [key]: value }, indent, habit) };
  }
  const lead = text.slice(node.start + 1, first.start);
  const before = lead.includes('\n') ? lead : ' ';
  const indent = lead.includes('\n') ? indentAt(text, first.start) : indentAt(text, node.start);
  const at = last.value.end;
  const member = `${JSON.stringify(key)}${habit.colon}${written(value, indent, habit)}`;
  return { start: at, end: at, text: `,${before}${member}` };
}

/** A member with the comma that parts it from its neighbour. */
function without(text: string, node: JsonNode & { members: Member[] }, key: string): Edit {
  const at = node.members.findIndex((member) => member.key === key);
  const [member, before, after] = [node.members[at], node.members[at - 1], node.members[at + 1]];
  if (!member) return { start: 0, end: 0, text: '' };
  if (before) return { start: before.value.end, end: member.value.end, text: '' };
  if (after) return { start: member.start, end: after.start, text: '' };
  return { ...node, text: '{}' };
}

type Level = JsonNode & { members: Member[] };

/** The objects on the way to a path, outermost first, as far as there are any. */
function levelsTo(root: Level, path: readonly string[]): Level[] {
  const levels = [root];
  for (const key of path.slice(0, -1)) {
    const value = levels.at(-1)?.members.find((member) => member.key === key)?.value;
    if (!value?.members) break;
    levels.push({ ...value, members: value.members });
  }
  return levels;
}

const memberOf = (level: Level | undefined, key: string | undefined): Member | undefined =>
  level?.members.find((member) => member.key === key);

function removed(text: string, path: readonly string[]): string {
  const levels = levelsTo(readJson(text), path);
  if (levels.length < path.length) return text;
  const level = levels.at(-1);
  const key = path.at(-1);
  if (!level || key === undefined || !memberOf(level, key)) return text;
  // A group without words would be refused as one without a meaning.
  if (level.members.length === 1 && path.length > 1) return removed(text, path.slice(0, -1));
  return apply(text, without(text, level, key));
}

function put(text: string, path: readonly string[], value: Tree): string {
  const root = readJson(text);
  const levels = levelsTo(root, path);
  const depth = levels.length - 1;
  const level = levels[depth] ?? root;
  const key = path[depth] ?? '';
  const rest = path.slice(depth + 1).reduceRight<Tree>((inner, name) => ({ [name]: inner }), value);
  const habit = habitOf(text, root);
  const member = memberOf(level, key);
  if (!member) return apply(text, append(text, level, key, rest, habit));
  const indent = indentAt(text, member.start);
  return apply(text, { ...member.value, text: written(rest, indent, habit) });
}

/** Forms one by one, so that those that stay are not touched. */
function putForms(text: string, path: readonly string[], forms: Exclude<Text, string>): string {
  const member = memberOf(levelsTo(readJson(text), path)[path.length - 1], path.at(-1));
  if (!member?.value.members) return put(text, path, forms);
  const changed = Object.entries(forms).reduce(
    (inner, [category, form]) => setWord(inner, [...path, category], form),
    text,
  );
  return member.value.members
    .filter(({ key }) => !Object.hasOwn(forms, key))
    .reduce((inner, { key }) => removed(inner, [...path, key]), changed);
}

/**
 * The JSON text with the word at `path` said otherwise; `undefined` takes it out. Keys keep their order, a
 * new one comes last in its group, and no other character changes. Throws `NoJsonObject`.
 */
export function setWord(json: string, path: readonly string[], value: Text | undefined): string {
  if (path.length === 0) throw new Error('Got no key; wanted the path of a word.');
  if (value === undefined) return removed(json, path);
  return typeof value === 'string' ? put(json, path, value) : putForms(json, path, value);
}

/** What a JSON text says at `path`, if it is a word. */
export function wordAt(json: string, path: readonly string[]): Text | undefined {
  const { members } = readJson(json);
  if (members.length === 0) return undefined;
  const found = path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
        ? (inner as { [key: string]: unknown })[key]
        : undefined,
    JSON.parse(json),
  );
  if (typeof found === 'string') return found;
  const isForms =
    typeof found === 'object' &&
    found !== null &&
    isPlural(found as { [key: string]: unknown }) &&
    Object.values(found).every((form) => typeof form === 'string');
  return isForms ? (found as Text) : undefined;
}
