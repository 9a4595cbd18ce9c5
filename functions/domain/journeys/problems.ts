/** Turns what zod found into problems with file, line, got and wanted. */
import * as z from 'zod';
import { type Path, type Problem, type Source, shown } from './source.ts';

/** Collects the problems of one file. */
export type Report = {
  readonly source: Source;
  readonly problems: Problem[];
  add(path: Path, got: string, wanted: string): void;
};

export function newReport(source: Source): Report {
  const problems: Problem[] = [];
  return {
    source,
    problems,
    add: (path, got, wanted) => {
      problems.push({ file: source.file, line: source.lineOf(path), got, wanted });
    },
  };
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key)
        ? (inner as { [key: string]: unknown })[key]
        : undefined,
    value,
  );
}

/** Of a union's alternatives, the one that understood most says best what is wrong. */
function closest(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] | undefined {
  if (issue.code !== 'invalid_union') return undefined;
  const depth = (issues: readonly z.core.$ZodIssue[]) =>
    Math.max(0, ...issues.map((inner) => inner.path.length));
  const best = [...issue.errors].sort((a, b) => depth(b) - depth(a))[0];
  return best && depth(best) > 0 ? best : undefined;
}

/** Types as people call them. */
const KINDS: { readonly [type: string]: string } = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};

/** What a schema says itself; where it says nothing, zod's words speak of types in a program. */
function wantedOf(issue: z.core.$ZodIssue): string {
  const kind = issue.code === 'invalid_type' ? KINDS[issue.expected] : undefined;
  return kind !== undefined && issue.message.startsWith('Invalid input') ? kind : issue.message;
}

function addIssue(
  report: Report,
  base: Path,
  value: unknown,
  issue: z.core.$ZodIssue,
  known: string,
): void {
  const path = [...base, ...issue.path.map((key) => (typeof key === 'symbol' ? '' : key))];
  const inner = closest(issue);
  if (inner) {
    const part = valueAt(value, issue.path as Path);
    for (const each of inner) addIssue(report, path, part, each, 'a key known here');
    return;
  }
  if (issue.code !== 'unrecognized_keys') {
    const there = valueAt(value, issue.path as Path);
    // What is missing has no line of its own: its name says where it belongs.
    const missing = there === undefined && path.length > 0;
    report.add(path, missing ? `nothing for ${path.join('.')}` : shown(there), wantedOf(issue));
    return;
  }
  for (const key of issue.keys) {
    const wanted = issue.path.length === 0 ? known : 'a key known here';
    report.add([...path, key], `the key ${key}`, wanted);
  }
}

/** The parsed value; or `undefined`, with every issue added to the report. */
export function parsed<T extends z.ZodType>(
  schema: T,
  value: unknown,
  path: Path,
  report: Report,
): z.output<T> | undefined {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const keys = schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
  const known = keys.length > 0 ? `one of ${keys.join(', ')}` : 'a key known here';
  for (const issue of result.error.issues) addIssue(report, path, value, issue, known);
  return undefined;
}
