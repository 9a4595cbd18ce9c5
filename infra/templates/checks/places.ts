/** Where in the files a flaw of a rendered mail comes from; looked up only when there is one to tell. */
import type { CompiledTemplate, Direction } from '../../../functions/contract/release.ts';
import type { Settings } from '../../../functions/contract/settings.ts';
import type { Assembled } from '../compile.ts';
import type { Line, MailFile } from '../files.ts';
import { renderSample, type Sample, sampleFormat } from '../preview.ts';
import { markBefore, markedHtml } from './marks.ts';
import type { Spot } from './shown.ts';
import { tagsOf } from './tags.ts';

type Subject = {
  mail: MailFile;
  template: CompiledTemplate;
  lines: Assembled;
  settings: Settings;
};
/** The sample and the language that show it. */
export type Case = { sample: Sample; locale: string };

const lineWith = (lines: readonly Line[], text: string): Line | undefined =>
  lines.find((line) => line.text.includes(text));

const FAILED_AT = /: (subject|preheader|html|text): .*, line:(\d+), col:(\d+)$/;

/** Offset of a line and column in a text; both begin at 1. */
function offsetOf(text: string, line: number, column: number): number {
  const before = text.split('\n').slice(0, line - 1);
  return before.join('\n').length + column;
}

export class Places {
  private readonly html = new Map<Direction, string | undefined>();
  private readonly subject: Subject;
  constructor(subject: Subject) {
    this.subject = subject;
  }

  async lineOf(spot: Spot, one: Case, dir: Direction): Promise<Line> {
    const { mail, lines } = this.subject;
    const first: Line = { file: mail.file, line: 1, text: '' };
    if ('whole' in spot) return first;
    if ('front' in spot) return { ...first, line: mail.lineOf(spot.front) };
    if ('text' in spot) {
      return lineWith(lines.ltr, spot.text) ?? lineWith(lines.text, spot.text) ?? first;
    }
    if ('failed' in spot) return (await this.failedAt(one, dir)) ?? first;
    const shown = await this.shownMarked(one, dir);
    if (!shown || !('html' in shown)) return first;
    const tag = tagsOf(shown.html)[spot.tag];
    const at = tag && markBefore(shown.html, tag.offset);
    return (at === undefined ? undefined : lines[dir][at]) ?? first;
  }

  /** The marks stand in the template itself: what fails says a line of it. */
  private async failedAt(one: Case, dir: Direction): Promise<Line | undefined> {
    const shown = await this.shownMarked(one, dir);
    const failed = shown && 'failed' in shown ? FAILED_AT.exec(shown.failed) : null;
    if (!failed) return undefined;
    const { mail, lines } = this.subject;
    const [, part = '', line = '1', column = '1'] = failed;
    if (part === 'text') return lines.text[Number(line) - 1];
    if (part !== 'html') return { file: mail.file, line: mail.lineOf(part), text: '' };
    const html = (await this.marked(dir)) ?? '';
    const at = markBefore(html, offsetOf(html, Number(line), Number(column)));
    return at === undefined ? undefined : lines[dir][at];
  }

  private async shownMarked({ sample, locale }: Case, dir: Direction) {
    const html = await this.marked(dir);
    if (html === undefined) return undefined;
    const template = { ...this.subject.template, html: { ltr: html, rtl: html } };
    return renderSample(template, sample, sampleFormat(this.subject.settings, locale));
  }

  private async marked(dir: Direction): Promise<string | undefined> {
    if (!this.html.has(dir)) this.html.set(dir, await markedHtml(this.subject.lines[dir]));
    return this.html.get(dir);
  }
}
