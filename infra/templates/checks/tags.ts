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

/** The same without what only the eye sees: sides, styles, and elements within a line. */
export const outlineOf = (shape: string): string =>
  shape
    .replace(/\s(?:style|align|dir|valign|width|height|bgcolor)="[^"]*"/g, '')
    .replace(/<\/?(?:bdi|br|b|strong|em|i)\b[^>]*>/g, '')
    .replace(/(?:>x)+</g, '>x<');
