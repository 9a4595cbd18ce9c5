/**
 * What may be typed at a place of a mail. Works on the text before the cursor alone, so that it can be tried
 * without a browser.
 */
import type { Lists, Offer } from './wire.ts';

export type Offered = {
  /** Where the word begins that an offer takes the place of. */
  from: number;
  offers: readonly Offer[];
};

/** The piece of Liquid that the cursor is in; undefined outside. */
function openLiquid(before: string): { kind: '{{' | '{%'; inner: string } | undefined {
  const output = before.lastIndexOf('{{');
  const tag = before.lastIndexOf('{%');
  const start = Math.max(output, tag);
  if (start < 0) return undefined;
  const inner = before.slice(start + 2);
  if (/[%}]\}|\n/.test(inner)) return undefined;
  return { kind: start === output ? '{{' : '{%', inner };
}

/** The text after the last quote that is still open. */
function openQuote(inner: string): { before: string; typed: string } | undefined {
  let quote: string | undefined;
  let start = 0;
  [...inner].forEach((sign, at) => {
    if (quote === undefined && (sign === "'" || sign === '"')) [quote, start] = [sign, at];
    else if (sign === quote) quote = undefined;
  });
  if (quote === undefined) return undefined;
  return { before: inner.slice(0, start), typed: inner.slice(start + 1) };
}

/** Items of `for` loops that are open before the cursor: `line` -> the fields of `order.lines`. */
function loopItems(before: string, { items }: Lists): Offer[] {
  return [...before.matchAll(/\{%-?\s*for\s+(\w+)\s+in\s+([\w.]+)/g)].flatMap(
    ([, name = '', list = '']) =>
      (items[list] ?? []).map((field) => ({ ...field, label: `${name}.${field.label}` })),
  );
}

/** Names that the mail makes itself with `assign` and `capture`. */
const ownNames = (before: string): Offer[] =>
  [...before.matchAll(/\{%-?\s*(?:assign|capture)\s+(\w+)/g)].map(([, label = '']) => ({
    label,
    detail: 'made in this mail',
  }));

const unique = (offers: readonly Offer[]): Offer[] => [
  ...new Map(offers.map((offer) => [offer.label, offer])).values(),
];

function quoted(inner: string, lists: Lists): Omit<Offered, 'from'> & { typed: string } {
  const { before, typed } = openQuote(inner) ?? { before: '', typed: '' };
  if (/^-?\s*include\s*$/.test(before)) return { typed, offers: lists.partials };
  const filter = /\|\s*(\w+)\s*:\s*$/.exec(before)?.[1] ?? '';
  if (Object.hasOwn(lists.styles, filter)) return { typed, offers: lists.styles[filter] ?? [] };
  const list = /([\w.]+)\s*\|\s*list\s*:\s*$/.exec(before)?.[1] ?? '';
  if (Object.hasOwn(lists.items, list)) return { typed, offers: lists.items[list] ?? [] };
  if (/^-?\s*$/.test(before) || /=\s*$/.test(before)) return { typed, offers: lists.keys };
  return { typed, offers: [] };
}

/** Arguments of the key that `t` is asked for, without those that are given. */
function argumentsOf(inner: string, { keys }: Lists): Offer[] {
  const [, key = '', given = ''] = /['"]([a-z0-9_.]+)['"]\s*\|\s*t\s*:(.*)$/s.exec(inner) ?? [];
  const found = keys.find(({ label }) => label === key);
  return (found?.arguments ?? [])
    .filter((name) => !new RegExp(`\\b${name}\\s*:`).test(given))
    .map((name) => ({ label: name, detail: `of ${key}`, apply: `${name}: ` }));
}

function inLiquid(before: string, lists: Lists): Offered | undefined {
  const open = openLiquid(before);
  if (!open) return undefined;
  const { kind, inner } = open;
  const offered = (typed: string, offers: readonly Offer[]): Offered => ({
    from: before.length - typed.length,
    offers,
  });
  if (openQuote(inner)) {
    const { typed, offers } = quoted(inner, lists);
    return offered(typed, offers);
  }
  const filter = /\|\s*(\w*)$/.exec(inner);
  if (filter) return offered(filter[1] ?? '', lists.filters);
  const tag = kind === '{%' ? /^-?\s*(\w*)$/.exec(inner) : null;
  if (tag) return offered(tag[1] ?? '', lists.tags);
  const typed = /[\w.]*$/.exec(inner)?.[0] ?? '';
  if (/[\w.]['"]$/.test(inner)) return offered('', []);
  const variables = unique([...lists.variables, ...loopItems(before, lists), ...ownNames(before)]);
  if (/\|\s*t\s*:(?:[^:]*,)?\s*\w*$/.test(inner)) return offered(typed, argumentsOf(inner, lists));
  return offered(typed, variables);
}

const VOID = /^(?:br|img|hr|col|mj-image|mj-divider|mj-spacer)$/;

/** The element that is still open, for `</`. */
function openElement(before: string): string | undefined {
  const open: string[] = [];
  for (const [, closing, name = '', empty] of before.matchAll(
    /<(\/?)([a-z][\w-]*)(?:"[^"]*"|'[^']*'|[^"'>])*?(\/?)>/g,
  )) {
    if (closing) open.splice(Math.max(0, open.lastIndexOf(name)));
    else if (!empty && !VOID.test(name)) open.push(name);
  }
  return open.at(-1);
}

function inMarkup(before: string, { elements }: Lists): Offered | undefined {
  const closing = /<\/([\w-]*)$/.exec(before);
  if (closing) {
    const name = openElement(before.slice(0, closing.index));
    const offers = name ? [{ label: name, detail: 'is open', apply: `${name}>` }] : [];
    return { from: before.length - (closing[1]?.length ?? 0), offers };
  }
  const element = /<([a-z][\w-]*)?$/.exec(before);
  if (element) {
    const offers = Object.keys(elements).map((label) => ({ label, detail: 'MJML' }));
    return { from: before.length - (element[1]?.length ?? 0), offers };
  }
  const attribute = /<([a-z][\w-]*)(?:\s+[\w-]+(?:=(?:"[^"]*"|'[^']*'))?)*\s+([\w-]*)$/.exec(
    before,
  );
  const known = attribute && elements[attribute[1] ?? ''];
  if (!known) return undefined;
  const offers = known.map((label) => ({ label, detail: 'attribute', apply: `${label}="` }));
  return { from: before.length - (attribute[2]?.length ?? 0), offers };
}

function inFront(before: string, { front }: Lists): Offered | undefined {
  if (!before.startsWith('---\n') || before.indexOf('\n---\n', 3) >= 0) return undefined;
  const typed = /(?:^|\n)(\w*)$/.exec(before)?.[1];
  return typed === undefined ? undefined : { from: before.length - typed.length, offers: front };
}

/** What may stand at the end of `before`, the text of a mail up to the cursor. */
export const offersAt = (before: string, lists: Lists): Offered | undefined =>
  inLiquid(before, lists) ?? inFront(before, lists) ?? inMarkup(before, lists);
