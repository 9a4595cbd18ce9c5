/** Findings with the piece of the line that each is about, so that an editor can underline it. */
import type { Problem } from '../../../functions/domain/journeys/source.ts';
import type { TemplateFiles } from '../../templates/files.ts';
import { editorOf } from '../names.ts';
import { nearest } from './nearest.ts';
import type { Mark } from './wire.ts';

/** Pieces of what was got that may stand in the line word by word, the longest first. */
const piecesOf = (got: string): string[] =>
  [got, ...(got.match(/"[^"]+"|\{\{.*?\}\}|[\w.-]{2,}/g) ?? [])]
    .map((piece) => piece.replace(/^"|"$/g, ''))
    .sort((a, b) => b.length - a.length);

/** Words of our own reasons; that they stand in a mail says nothing about it. */
const OURS = new Set(
  'the variable key with without of in at on is no not an and a to it file line picture mail marketing'.split(
    ' ',
  ),
);

function columnsIn(text: string, got: string): { from: number; to: number } {
  for (const piece of piecesOf(got)) {
    const at = OURS.has(piece.toLowerCase()) ? -1 : text.indexOf(piece);
    if (at >= 0) return { from: at, to: at + piece.length };
  }
  const from = text.length - text.trimStart().length;
  return { from, to: Math.max(text.trimEnd().length, from) };
}

/** More names than these nobody reads: the nearest one is told, and the editor offers the rest. */
const NAMES_MAX = 6;

/** `one of a, b, c, …` -> the nearest of them. */
function shortened(got: string, wanted: string): { remedy: string; instead?: string } {
  const names = /^one of (.*)$/.exec(wanted)?.[1]?.split(', ') ?? [];
  const instead = piecesOf(got)
    .map((piece) => nearest(piece, names))
    .find(Boolean);
  if (names.length <= NAMES_MAX) return { remedy: wanted, ...(instead && { instead }) };
  const others = `one of ${names.length} names (Ctrl+Space in the editor)`;
  return instead ? { remedy: `${instead}, or another ${others}`, instead } : { remedy: others };
}

export function markOf(
  files: TemplateFiles,
  problem: Problem & { severity?: 'error' | 'warning' },
): Mark {
  const { file, line, got, wanted, severity = 'error' } = problem;
  const text = (files.get(file) ?? '').split('\n')[line - 1] ?? '';
  return {
    file,
    line,
    address: editorOf(file, line),
    ...columnsIn(text, got),
    severity,
    reason: got,
    ...shortened(got, wanted),
  };
}

/** Each once, errors first, in the order of the files. */
export function marksOf(
  files: TemplateFiles,
  problems: readonly (Problem & { severity?: 'error' | 'warning' })[],
): Mark[] {
  const marks = problems.map((problem) => markOf(files, problem));
  const once = new Map(marks.map((mark) => [JSON.stringify(mark), mark]));
  return [...once.values()].sort(
    (a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'),
  );
}
