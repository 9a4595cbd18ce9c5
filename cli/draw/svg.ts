/** SVG as text: pure, without scripts; readable in light and dark, at any size, and by a screen reader. */

export type Size = { width: number; height: number };

export type Frame = Size & {
  /** Unique on its page; letters, digits and `-`. */
  id: string;
  title: string;
  /** What the drawing shows, in words with its main figures, for those who cannot see it. */
  desc: string;
  /** Within a page that brings CHART_STYLE and its own heading; else a file of its own. */
  inline?: boolean;
};

/** Where the data go, in the drawing's units. */
export type Area = { left: number; top: number; right: number; bottom: number };

/** Names of the colours of series; each differs in lightness and in its mark, not in hue alone. */
export type Tone = 'first' | 'second' | 'third' | 'soft';

export const FONT_PX = 12;
/** Width of a character of a system font, in parts of its size: wide enough for digits and capitals. */
const CHAR = 0.56;

const FONT = 'system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",sans-serif';

/** Colours come from the page where it has them, else from here. */
export const CHART_STYLE = `
.chart{--c-paper:var(--card,#fff);--c-ink:var(--ink,#1c2420);--c-soft:var(--soft,#5d6a62);--c-line:var(--line,#e2e6de);
--c-first:#1f6b4a;--c-second:#a8470a;--c-third:#2b5cad;display:block;width:100%;height:auto;font:${FONT_PX}px ${FONT}}
@media(prefers-color-scheme:dark){.chart{--c-paper:var(--card,#1b211e);--c-ink:var(--ink,#e9eeea);--c-soft:var(--soft,#9aa8a0);--c-line:var(--line,#2c3530);--c-first:#5fc292;--c-second:#f2a766;--c-third:#8fb6f5}}
.chart text{fill:var(--c-soft)}.chart .ink{fill:var(--c-ink)}.chart .head{fill:var(--c-ink);font-size:15px;font-weight:650}
.chart .num{font-variant-numeric:tabular-nums}
.chart .grid{stroke:var(--c-line);stroke-width:1}.chart .base{stroke:var(--c-soft);stroke-width:1}
.chart .line{fill:none;stroke-width:2;stroke-linejoin:round}.chart .dash{stroke-dasharray:5 4}.chart .thin{stroke-width:1.2}
.chart .band{opacity:.18;stroke:none}.chart .rug{stroke-width:1.6}
.chart .fill-first{fill:var(--c-first)}.chart .fill-second{fill:var(--c-second)}.chart .fill-third{fill:var(--c-third)}.chart .fill-soft{fill:var(--c-soft)}
.chart .first{stroke:var(--c-first)}.chart .second{stroke:var(--c-second)}.chart .third{stroke:var(--c-third)}.chart .soft{stroke:var(--c-soft)}
.chart .halo{paint-order:stroke;stroke:var(--c-paper);stroke-width:4px;stroke-linejoin:round}
`;

const ESCAPES: { [char: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Control characters that no XML may hold, whatever a file's cells had. */
// oxlint-disable-next-line no-control-regex -- these are the ones meant
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

export const escape = (text: string): string =>
  text.replace(FORBIDDEN, '').replaceAll(/[&<>"']/g, (char) => ESCAPES[char] as string);

/** Coordinates to a tenth: finer is not seen. What is no number would make the whole drawing vanish. */
export const px = (value: number): string => {
  if (!Number.isFinite(value)) throw new Error(`a coordinate: got ${value}, wanted a number`);
  return String(Math.round(value * 10) / 10 + 0);
};

export const textWidth = (text: string, size = FONT_PX): number => text.length * size * CHAR;

export type TextOptions = { anchor?: 'start' | 'middle' | 'end'; class?: string };

export function textAt(x: number, y: number, text: string, options: TextOptions = {}): string {
  const { anchor = 'start' } = options;
  const place = anchor === 'start' ? '' : ` text-anchor="${anchor}"`;
  const name = options.class ? ` class="${options.class}"` : '';
  return `<text x="${px(x)}" y="${px(y)}"${place}${name}>${escape(text)}</text>`;
}

export const lineFrom = (x1: number, y1: number, x2: number, y2: number, name: string): string =>
  `<line x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}" class="${name}"/>`;

/** A dot of its series: round, a diamond, a square, so that no colour needs to be told apart. */
export function dotAt(x: number, y: number, tone: Tone, radius = 4.5): string {
  const name = `class="fill-${tone}"`;
  if (tone === 'first' || tone === 'soft') {
    return `<circle cx="${px(x)}" cy="${px(y)}" r="${px(radius)}" ${name}/>`;
  }
  const r = tone === 'second' ? radius * 1.25 : radius * 0.9;
  const [left, right, top, bottom] = [px(x - r), px(x + r), px(y - r), px(y + r)];
  const corners =
    tone === 'second'
      ? `${left} ${px(y)}L${px(x)} ${top}L${right} ${px(y)}L${px(x)} ${bottom}Z`
      : `${left} ${top}L${right} ${top}L${right} ${bottom}L${left} ${bottom}Z`;
  return `<path d="M${corners}" ${name}/>`;
}

/** With `tip`, what a pointer that rests on it is told. */
export const shape = (markup: string, tip: string): string =>
  `<g><title>${escape(tip)}</title>${markup}</g>`;

/** The drawing around its content. */
export function svg(frame: Frame, content: string): string {
  const { id, title, desc, width, height, inline = false } = frame;
  const own = inline
    ? ''
    : `<style>${CHART_STYLE}</style><rect width="${px(width)}" height="${px(height)}" rx="10" style="fill:var(--c-paper)"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 ${px(width)} ${px(height)}" role="img" aria-labelledby="${id}-t ${id}-d"><title id="${id}-t">${escape(title)}</title><desc id="${id}-d">${escape(desc)}</desc>${own}${content}</svg>\n`;
}
