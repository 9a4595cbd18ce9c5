/** How wide a text is, roughly: an SVG does not break lines by itself, and there is no browser to ask. */

/** Shares of the size of type, of the wider of the usual screen fonts: rather a break too many. */
const WIDTHS: readonly [RegExp, number][] = [
  [/[ijl|!.,:;'’`]/u, 0.3],
  [/[frt()[\]{}"“”\s/-]/u, 0.4],
  [/[mwMW@%…—]/u, 0.95],
  [/[A-Z]/u, 0.7],
  [/[\u1100-\u11ff\u2e80-\uffdc]/u, 1.05],
];
const OTHERS = 0.6;

export function textWidth(text: string, size: number): number {
  let width = 0;
  for (const sign of text) width += WIDTHS.find(([some]) => some.test(sign))?.[1] ?? OTHERS;
  return width * size;
}

/** A word that is longer than a line is cut into pieces. */
function pieces(word: string, width: number, size: number): string[] {
  const parts: string[] = [];
  let part = '';
  for (const sign of word) {
    if (part !== '' && textWidth(part + sign, size) > width) {
      parts.push(part);
      part = '';
    }
    part += sign;
  }
  return [...parts, part];
}

/** Lines that fit into a width. */
export function brokenText(text: string, width: number, size: number): string[] {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const lines: string[] = [];
  for (const word of words.flatMap((each) => pieces(each, width, size))) {
    const last = lines.at(-1);
    const longer = last === undefined ? word : `${last} ${word}`;
    if (last !== undefined && textWidth(longer, size) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
