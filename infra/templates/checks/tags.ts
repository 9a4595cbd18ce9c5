/** Start tags of rendered HTML, in order: what findings point at, and what is compared between mails. */

export type Tag = { name: string; attributes: string; offset: number };

/** Comments hold what only Outlook reads; what stands in a style sheet is no tag. */
const TAG =
  /<!--[\s\S]*?-->|<(style)\b([^>]*)>[\s\S]*?<\/style\s*>|<([a-z][a-z0-9-]*)((?:"[^"]*"|'[^']*'|[^'">])*)>/gi;

export const tagsOf = (html: string): Tag[] =>
  [...html.matchAll(TAG)].flatMap(({ 1: style, 2: inStyle, 3: name, 4: attributes, index }) => {
    const own = style ?? name;
    if (own === undefined) return [];
    return [{ name: own.toLowerCase(), attributes: attributes ?? inStyle ?? '', offset: index }];
  });

const ATTRIBUTE = /([^\s=/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g;

export const attributesOf = ({ attributes }: Tag): Map<string, string> =>
  new Map(
    [...attributes.matchAll(ATTRIBUTE)].map(([, name = '', double, single, bare]) => [
      name.toLowerCase(),
      double ?? single ?? bare ?? '',
    ]),
  );

/** Number of the tag that a place in the HTML belongs to. */
export const tagAt = (tags: readonly Tag[], offset: number): number =>
  Math.max(
    0,
    tags.findLastIndex((tag) => tag.offset <= offset),
  );

/** Values that differ between mails that are built alike. */
const FREE = /\b(href|src|alt|lang|title|aria-label)=("|')(?=[^"'])(?:(?!\2)[\s\S])*\2/gi;

/**
 * What a mail looks like without what it says: tags and attributes, and whether there is text between them.
 * Mails of one shape are checked once.
 */
export const shapeOf = (html: string): string =>
  html
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(FREE, '$1="x"')
    .replace(/>([^<]*)</g, (_, text: string) => (text.trim() === '' ? '><' : '>x<'));

const SIDES = /\s(?:align|dir|valign|width|height)="[^"]*"/g;
const INLINE_TAGS = /<\/?(?:span|br|b|strong|em|i)\b[^>]*>/g;

/** Text is text, in however many pieces. */
const joined = (shape: string): string => shape.replace(/x{2,}</g, 'x<').replace(/>x{2,}/g, '>x');

/** Without what only the eye sees: how elements lie in each other. A name in the middle of a text is text. */
export const nestOf = (shape: string): string =>
  joined(
    shape
      .replace(SIDES, '')
      .replace(/\s(?:style|bgcolor)="[^"]*"/g, '')
      .replaceAll('<span>x</span>', 'x'),
  );

/** And without elements within a line, which say nothing to a reader of screens. */
export const outlineOf = (shape: string): string => joined(nestOf(shape).replace(INLINE_TAGS, ''));

const COLOURED =
  /(?:^|;)\s*((?:color|background(?:-color)?|display|font-size|font-weight|visibility)\s*:[^;]*)/g;

/** Only what decides about colours. Sides do not, so both directions of a mail are one. */
export const coloursOf = (shape: string): string =>
  joined(
    shape
      .replace(SIDES, '')
      .replace(/\sstyle="([^"]*)"/g, (_, style: string) =>
        [...style.matchAll(COLOURED)].map(([, own = '']) => own).join(';'),
      )
      .replace(/<\/?(?:span|br)\b[^>]*>/g, ''),
  );
