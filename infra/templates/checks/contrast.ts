/**
 * Whether text can be read where it stands: the colours of each text and of what lies behind it, as inline
 * styles, attributes and style sheets make them, in light and dark, on a desk and on a phone.
 */
import { type Colour, colourOf, contrastOf, laidOver, shownColour } from '../colour.ts';
import type { Page, PageElement } from './page.ts';
import {
  declarationsOf,
  holds,
  rulesOf,
  type SheetRule,
  specificity,
  type View,
} from './sheets.ts';
import { tagOf } from './accessible.ts';
import type { Flaw } from './shown.ts';
import type { Tag } from './tags.ts';

/** WCAG 2.2, 1.4.3, level AA. */
const CONTRAST_MIN = 4.5;
/** Text of 24 px, or 18.66 px and bold, is large. */
const LARGE_CONTRAST_MIN = 3;

/** Each side of the width at which mails turn into one column. */
const VIEWS: readonly View[] = [
  { scheme: 'light', width: 640 },
  { scheme: 'light', width: 375 },
  { scheme: 'dark', width: 640 },
  { scheme: 'dark', width: 375 },
];

/** Where nobody says anything: what browsers paint. */
const CANVAS = {
  light: { ground: [255, 255, 255, 1], text: [0, 0, 0, 1], link: [0, 0, 238, 1] },
  dark: { ground: [18, 18, 18, 1], text: [255, 255, 255, 1], link: [158, 158, 255, 1] },
} as const satisfies Record<View['scheme'], Record<string, Colour>>;

const PROPERTIES = [
  'color',
  'background',
  'background-color',
  'display',
  'font-size',
  'font-weight',
  'visibility',
];

/** A declaration that won, and how strong it was. */
type Won = { value: string; weight: number };
type Styles = Map<PageElement, Map<string, Won>>;

const IMPORTANT = 100_000_000;
const INLINE = 10_000_000;

function put(styles: Styles, element: PageElement, name: string, value: string, weight: number) {
  const own = styles.get(element) ?? new Map<string, Won>();
  styles.set(element, own);
  // Both say the same here, and the later one counts.
  const property = name === 'background' ? 'background-color' : name;
  const before = own.get(property);
  if (!before || weight >= before.weight) own.set(property, { value, weight });
}

/** A selector that the page does not know (`:hover`, of one program only) touches nothing. */
function selected(page: Page, selector: string): PageElement[] {
  try {
    const found = [...page.root.querySelectorAll(selector)];
    return /^(?:html|:root|\*)$/i.test(selector) ? [page.root, ...found] : found;
  } catch {
    return [];
  }
}

type Sheet = { rule: SheetRule; elements: PageElement[] };

const sheetsOf = (page: Page): Sheet[] =>
  [...page.root.querySelectorAll('style')]
    .flatMap((style) => rulesOf(style.textContent ?? ''))
    .filter(({ declarations }) =>
      declarations.some(({ property }) => PROPERTIES.includes(property)),
    )
    .map((rule) => ({ rule, elements: selected(page, rule.selector) }));

function stylesOf(page: Page, sheets: readonly Sheet[], view: View): Styles {
  const styles: Styles = new Map();
  for (const element of page.root.querySelectorAll('[bgcolor]')) {
    put(styles, element, 'background-color', element.getAttribute('bgcolor') ?? '', 0);
  }
  for (const { rule, elements } of sheets) {
    if (!holds(rule.media, view)) continue;
    for (const { property, value, important } of rule.declarations) {
      if (!PROPERTIES.includes(property)) continue;
      const weight = specificity(rule.selector) + (important ? IMPORTANT : 0);
      for (const element of elements) put(styles, element, property, value, weight);
    }
  }
  for (const element of page.root.querySelectorAll('[style]')) {
    for (const { property, value, important } of declarationsOf(
      element.getAttribute('style') ?? '',
    )) {
      if (!PROPERTIES.includes(property)) continue;
      put(styles, element, property, value, INLINE + (important ? IMPORTANT : 0));
    }
  }
  return styles;
}

type Look = { text: Colour; ground: Colour; pixels: number; bold: boolean };

function pixelsOf(value: string | undefined, inherited: number): number {
  const number = Number.parseFloat(value ?? '');
  if (Number.isNaN(number)) return inherited;
  if (/%\s*$/.test(value ?? '')) return (inherited * number) / 100;
  return /em\s*$/.test(value ?? '') ? inherited * number : number;
}

/** `#fff url(…) no-repeat` has its colour among other words. */
const groundIn = (value: string): Colour | undefined =>
  colourOf(value) ??
  value
    .replace(/url\([^)]*\)/gi, '')
    .split(/\s+(?![^(]*\))/)
    .map((word) => colourOf(word))
    .find(Boolean);

function lookOf(element: PageElement, styles: Styles, view: View, above: Look): Look {
  const own = styles.get(element);
  const tag = element.tagName.toLowerCase();
  const link = tag === 'a' && element.getAttribute('href') ? CANVAS[view.scheme].link : undefined;
  const ground = groundIn(own?.get('background-color')?.value ?? '');
  const text = colourOf(own?.get('color')?.value ?? '');
  const weight = own?.get('font-weight')?.value;
  const strong = ['b', 'strong', 'th', 'h1', 'h2', 'h3'].includes(tag);
  return {
    text: text ?? (own?.has('color') ? above.text : (link ?? above.text)),
    ground: ground ? laidOver(ground, above.ground) : above.ground,
    pixels: pixelsOf(own?.get('font-size')?.value, above.pixels),
    bold: weight ? /bold|[6-9]00/.test(weight) : strong || above.bold,
  };
}

const isHidden = (element: PageElement, styles: Styles): boolean =>
  styles.get(element)?.get('display')?.value === 'none' ||
  styles.get(element)?.get('visibility')?.value === 'hidden' ||
  ['HEAD', 'STYLE', 'TITLE', 'SCRIPT'].includes(element.tagName);

const TEXT_NODE = 3;
const ownText = (element: PageElement): string =>
  [...element.childNodes]
    .map(({ nodeType, data }) => (nodeType === TEXT_NODE ? (data ?? '') : ''))
    .join('')
    .trim();

type Unread = { element: PageElement; look: Look; contrast: number; wanted: number; view: View };

function unreadable(element: PageElement, styles: Styles, view: View, above: Look): Unread[] {
  if (isHidden(element, styles)) return [];
  const look = lookOf(element, styles, view, above);
  const found: Unread[] = [];
  if (look.pixels > 0 && ownText(element) !== '') {
    const large = look.pixels >= 24 || (look.bold && look.pixels >= 18.66);
    const wanted = large ? LARGE_CONTRAST_MIN : CONTRAST_MIN;
    const contrast = contrastOf(laidOver(look.text, look.ground), look.ground);
    if (contrast < wanted) found.push({ element, look, contrast, wanted, view });
  }
  return [
    ...found,
    ...[...element.children].flatMap((inner) => unreadable(inner, styles, view, look)),
  ];
}

const flawOf = (page: Page, tags: readonly Tag[], unread: Unread): Flaw => {
  const { element, look, contrast, wanted, view } = unread;
  const colours = `${shownColour(look.text)} on ${shownColour(look.ground)}`;
  return {
    rule: 'contrast',
    spot: { tag: tagOf(page, element, tags) },
    got: `a contrast of ${contrast} in ${view.scheme}: ${colours}`,
    wanted: `at least ${wanted}; colours of brand.yaml have it, with one for dark beside each`,
  };
};

/** Two views mostly say the same; each spot is told once in each scheme. */
export function contrastFlaws(page: Page, tags: readonly Tag[]): Flaw[] {
  const sheets = sheetsOf(page);
  const told = new Set<string>();
  return VIEWS.flatMap((view) => {
    const styles = stylesOf(page, sheets, view);
    const { ground, text } = CANVAS[view.scheme];
    return unreadable(page.root, styles, view, { ground, text, pixels: 16, bold: false });
  })
    .map((unread) => flawOf(page, tags, unread))
    .filter(({ spot, got }) => {
      const key = JSON.stringify([spot, got]);
      const isNew = !told.has(key);
      told.add(key);
      return isNew;
    });
}
