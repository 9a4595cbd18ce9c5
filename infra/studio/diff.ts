/** Two texts, line by line or word by word: what went, what came, what stayed. */

export type DiffLine = { kind: 'same' | 'out' | 'in'; text: string };

/** A table of so many cells is compared in some milliseconds; larger texts are shown as replaced. */
const CELLS_MAX = 4_000_000;

const split = (text: string): string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'));

const lines = (kind: DiffLine['kind'], texts: readonly string[]): DiffLine[] =>
  texts.map((text) => ({ kind, text }));

/** Length of the longest common subsequence of what follows, by position in both. */
function commonAfter(a: readonly string[], b: readonly string[]): Uint32Array {
  const width = b.length + 1;
  const table = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const at = i * width + j;
      const [right = 0, below = 0, both = 0] = [
        table[at + 1],
        table[at + width],
        table[at + width + 1],
      ];
      table[at] = a[i] === b[j] ? both + 1 : Math.max(right, below);
    }
  }
  return table;
}

function between(a: readonly string[], b: readonly string[]): DiffLine[] {
  if (a.length * b.length > CELLS_MAX) return [...lines('out', a), ...lines('in', b)];
  const width = b.length + 1;
  const table = commonAfter(a, b);
  const out: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const goes = (table[(i + 1) * width + j] ?? 0) >= (table[i * width + j + 1] ?? 0);
    if (i < a.length && j < b.length && a[i] === b[j]) {
      out.push({ kind: 'same', text: a[i] ?? '' });
      i += 1;
      j += 1;
    } else if (i < a.length && (j >= b.length || goes)) {
      out.push({ kind: 'out', text: a[i] ?? '' });
      i += 1;
    } else {
      out.push({ kind: 'in', text: b[j] ?? '' });
      j += 1;
    }
  }
  return out;
}

/** The shortest way from one list to the other. */
export function diffOf(a: readonly string[], b: readonly string[]): DiffLine[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (
    end < a.length - start &&
    end < b.length - start &&
    a[a.length - 1 - end] === b[b.length - 1 - end]
  ) {
    end += 1;
  }
  return [
    ...lines('same', a.slice(0, start)),
    ...between(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...lines('same', a.slice(a.length - end)),
  ];
}

export const lineDiff = (before: string, after: string): DiffLine[] =>
  diffOf(split(before), split(after));

/** Words and what stands between them, so that a sentence shows its one changed word. */
export const wordDiff = (before: string, after: string): DiffLine[] => {
  const pieces = (text: string) => text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];
  return diffOf(pieces(before), pieces(after));
};

export type Hunk = { skipped: number; lines: DiffLine[] };

/** Only what is near a change; `skipped` lines that stayed lie before it. */
export function hunks(all: readonly DiffLine[], context = 3): Hunk[] {
  const near = new Set<number>();
  for (const [at, { kind }] of all.entries()) {
    if (kind === 'same') continue;
    for (let other = at - context; other <= at + context; other += 1) near.add(other);
  }
  const found: Hunk[] = [];
  let skipped = 0;
  let open: Hunk | undefined;
  for (const [at, line] of all.entries()) {
    if (!near.has(at)) {
      skipped += 1;
      open = undefined;
      continue;
    }
    if (!open) found.push((open = { skipped, lines: [] }));
    skipped = 0;
    open.lines.push(line);
  }
  return found;
}

export type WordChange = { key: string; before: string | undefined; after: string | undefined };

/** `{ "a": { "b": "c" } }` as `a.b` -> `c`; undefined where it is no such file. */
function flat(text: string | undefined): Map<string, string> | undefined {
  const found = new Map<string, string>();
  const walk = (value: unknown, key: string): boolean => {
    if (typeof value === 'string') {
      found.set(key, value);
      return true;
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
    return Object.entries(value).every(([name, inner]) =>
      walk(inner, key ? `${key}.${name}` : name),
    );
  };
  try {
    return walk(JSON.parse(text ?? '{}'), '') ? found : undefined;
  } catch {
    return undefined;
  }
}

/** By key, for files of words; undefined where one of them cannot be read. */
export function wordChanges(
  before: string | undefined,
  after: string | undefined,
): WordChange[] | undefined {
  const [a, b] = [flat(before), flat(after)];
  if (!a || !b) return undefined;
  return [...new Set([...a.keys(), ...b.keys()])]
    .map((key) => ({ key, before: a.get(key), after: b.get(key) }))
    .filter((change) => change.before !== change.after);
}
