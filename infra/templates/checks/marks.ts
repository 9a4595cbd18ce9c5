/**
 * From a place in a rendered mail back to the line of a template. The mail is compiled once more with a mark
 * on each line, `<!--@12-->`: comments add no element, so the nth element of both is the same one.
 */
import type { Line } from '../files.ts';
import { beginWithinContent, compileMjml } from '../mjml.ts';

const MARK = /<!--@(\d+)-->/g;
const HEAD = /<mj-head\b/;
const HEAD_END = /<\/mj-head\s*>/;
const ONLY_LIQUID = /^\s*(?:(?:\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\})\s*)*$/;

/** Whether a line ends within a tag: `<td` on one line, its attributes on the next. */
function endsInTag(text: string, inTag: boolean): boolean {
  const bare = text.replace(/\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g, '').replace(/"[^"]*"/g, '""');
  const opens = bare.lastIndexOf('<');
  const closes = bare.lastIndexOf('>');
  return opens === -1 && closes === -1 ? inTag : opens > closes;
}

export function marked(lines: readonly Line[]): Line[] {
  let inHead = false;
  let inTag = false;
  let started = false;
  const within = beginWithinContent(lines.map(({ text }) => text));
  return lines.map((line, at) => {
    if (HEAD.test(line.text)) inHead = true;
    const free = started && !inHead && !inTag && (within[at] || !ONLY_LIQUID.test(line.text));
    inTag = endsInTag(line.text, inTag);
    if (HEAD_END.test(line.text)) inHead = false;
    // Above the body only MJML's own elements may stand.
    if (/<mj-body\b/.test(line.text)) started = true;
    return free && !/<\/mj(?:-body|ml)\s*>/.test(line.text)
      ? { ...line, text: `<!--@${at}-->${line.text}` }
      : line;
  });
}

/** The compiled mail with its marks; undefined where it does not compile with them. */
export async function markedHtml(lines: readonly Line[]): Promise<string | undefined> {
  const compiled = await compileMjml(marked(lines));
  return compiled.ok ? compiled.value : undefined;
}

/** Number of the last mark before an offset; undefined where none stands before it. */
export function markBefore(html: string, offset: number): number | undefined {
  let last: number | undefined;
  for (const { 1: at, index } of html.matchAll(MARK)) {
    if (index > offset) break;
    last = Number(at);
  }
  return last;
}
