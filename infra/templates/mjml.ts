// oxlint-disable-next-line typescript/triple-slash-reference -- ambient types for a module without any.
/// <reference path="./mjml-module.d.ts" />
/** MJML with Liquid in it becomes HTML with the same Liquid in it. */
import mjml2html from 'mjml';
import type { Problem } from '../../functions/domain/journeys/source.ts';
import type { Line, Outcome } from './files.ts';

const LIQUID = /\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g;
/** Stands for a piece of Liquid while MJML works: a word that no part of it reads, escapes or breaks. */
const MARK = /LQ(\d+)Z/g;

/** Elements whose content MJML hands on as it is; between all others Liquid needs `mj-raw` around it. */
const OPAQUE =
  /<(\/?)(?:mj-text|mj-table|mj-button|mj-raw|mj-style|mj-title|mj-preview)\b[^>]*?(\/?)>/g;
const ONLY_MARKS = /^\s*(?:LQ\d+Z\s*)+$/;

/** Whether each line begins within an element whose content MJML hands on. */
export function beginWithinContent(lines: readonly string[]): boolean[] {
  let depth = 0;
  return lines.map((line) => {
    const within = depth > 0;
    for (const [, closing, empty] of line.matchAll(OPAQUE)) {
      if (!empty) depth += closing ? -1 : 1;
    }
    return within;
  });
}

function wrapBlocks(lines: readonly string[]): string[] {
  const within = beginWithinContent(lines);
  return lines.map((line, at) =>
    !within[at] && ONLY_MARKS.test(line) ? `<mj-raw>${line.trim()}</mj-raw>` : line,
  );
}

/** Liquid that runs over lines would shift the lines that problems point at. */
function protect(lines: readonly Line[], problems: Problem[]): { texts: string[]; kept: string[] } {
  const kept: string[] = [];
  const texts = lines.map(({ text, file, line }) => {
    if (/LQ\d+Z/.test(text)) {
      problems.push({
        file,
        line,
        got: 'the word LQ…Z',
        wanted: 'another word: it has a use here',
      });
    }
    const marked = text.replace(LIQUID, (piece) => `LQ${kept.push(piece) - 1}Z`);
    if (/\{\{|\{%/.test(marked)) {
      problems.push({
        file,
        line,
        got: 'Liquid that is not closed',
        wanted: '}} or %} on its line',
      });
    }
    return marked;
  });
  return { texts, kept };
}

type Failure = { line?: number; message: string };

/** MJML drops silently what it does not expect; a lost `if` would show what should be hidden. */
function lostMark(html: string, count: number): number | undefined {
  const found = new Set([...html.matchAll(MARK)].map((match) => Number(match[1])));
  return Array.from({ length: count }, (_, at) => at).find((at) => !found.has(at));
}

/** MJML writes this one side whatever the direction; nothing of ours stands by it, but a client may add. */
const turned = (html: string): string =>
  html.replaceAll('text-align:left;direction:rtl', 'text-align:right;direction:rtl');

/** HTML without indentation: a tenth of the size goes, and no mail shows it. */
const compact = (html: string): string => html.replace(/\n\s+/g, '\n').trim();

/** Compiles assembled MJML; what MJML complains about comes back with file and line. */
export async function compileMjml(lines: readonly Line[]): Promise<Outcome<string>> {
  const problems: Problem[] = [];
  const { texts, kept } = protect(lines, problems);
  const place = (line: number | undefined) => lines[(line ?? 1) - 1] ?? lines[0];
  const refuse = (failures: readonly Failure[]): Outcome<string> => ({
    ok: false,
    problems: failures.map(({ line, message }) => {
      const { file = '', line: at = 1 } = place(line) ?? {};
      return { file, line: at, got: message, wanted: 'MJML that compiles' };
    }),
  });
  if (problems.length > 0) return { ok: false, problems };
  try {
    const source = wrapBlocks(texts).join('\n');
    // No fonts from elsewhere: each fetch would tell a third party who reads the mail, and when.
    const { html, errors } = await mjml2html(source, { validationLevel: 'soft', fonts: {} });
    if (errors.length > 0) return refuse(errors);
    const lost = lostMark(html, kept.length);
    if (lost !== undefined) {
      const line = texts.findIndex((text) => text.includes(`LQ${lost}Z`)) + 1;
      return refuse([{ line, message: `${kept[lost]} in a place that MJML leaves out` }]);
    }
    const restored = turned(compact(html)).replace(MARK, (_, at: string) => kept[Number(at)] ?? '');
    return { ok: true, value: restored };
  } catch (error) {
    return refuse([{ message: error instanceof Error ? error.message : String(error) }]);
  }
}
