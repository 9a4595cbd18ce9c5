/** Just enough of CSS to know which colours a mail ends up with: rules, media, weights. */

export type Declaration = { property: string; value: string; important: boolean };
export type SheetRule = {
  selector: string;
  declarations: Declaration[];
  /** `(prefers-color-scheme: dark)`; empty outside `@media`. */
  media: string;
};

const DECLARATION = /([a-z-]+)\s*:\s*((?:[^;"'(]|"[^"]*"|'[^']*'|\([^)]*\))+)/gi;

export const declarationsOf = (text: string): Declaration[] =>
  [...text.matchAll(DECLARATION)].map(([, property = '', raw = '']) => {
    const important = /!\s*important\s*$/i.test(raw);
    const value = raw.replace(/!\s*important\s*$/i, '').trim();
    return { property: property.toLowerCase(), value, important };
  });

const RULE = /([^{}]+)\{([^{}]*)\}/g;

const rulesIn = (text: string, media: string): SheetRule[] =>
  [...text.matchAll(RULE)].flatMap(([, selectors = '', body = '']) =>
    selectors.split(',').map((selector) => ({
      selector: selector.trim(),
      declarations: declarationsOf(body),
      media,
    })),
  );

/** `@media … { … }` with rules in it; `@import`, `@font-face` and the like hold no colours. */
const AT = /@media([^{]*)\{((?:[^{}]*\{[^{}]*\})*[^{}]*)\}|@[a-z-]+[^{;]*(?:;|\{[^{}]*\})/gi;

export function rulesOf(sheet: string): SheetRule[] {
  const text = sheet.replace(/\/\*[\s\S]*?\*\//g, '');
  const parts: SheetRule[] = [];
  let from = 0;
  for (const { 0: whole, 1: media, 2: body = '', index } of text.matchAll(AT)) {
    parts.push(...rulesIn(text.slice(from, index), ''));
    if (media !== undefined) parts.push(...rulesIn(body, media.trim()));
    from = index + whole.length;
  }
  return [...parts, ...rulesIn(text.slice(from), '')];
}

/** Ids, classes, elements: the three numbers of a selector's specificity as one. */
export function specificity(selector: string): number {
  const bare = selector.replace(/\[[^\]]*\]/g, '.x').replace(/:not\(|\)/g, '');
  const ids = bare.match(/#[\w-]+/g)?.length ?? 0;
  const classes = bare.match(/\.[\w-]+|(?<!:):(?!:)[\w-]+/g)?.length ?? 0;
  const elements = bare.match(/(?:^|[\s>+~])[a-z][\w-]*|::[\w-]+/gi)?.length ?? 0;
  return ids * 10_000 + classes * 100 + elements;
}

/** How somebody looks at a mail. */
export type View = { scheme: 'light' | 'dark'; width: number };

/** Whether what stands within `@media` holds for a view; conditions that it does not know never do. */
export function holds(media: string, view: View): boolean {
  return media === '' || media.split(',').some((query) => holdsQuery(query, view));
}

function holdsQuery(query: string, { scheme, width }: View): boolean {
  const features = [...query.matchAll(/\(\s*([a-z-]+)\s*:\s*([^)]+)\)/gi)];
  if (/\bprint\b|\bnot\b/i.test(query)) return false;
  return features.every(([, name = '', value = '']) => {
    const pixels = Number.parseFloat(value);
    if (name === 'prefers-color-scheme') return value.trim() === scheme;
    if (name === 'max-width' || name === 'max-device-width') return width <= pixels;
    if (name === 'min-width' || name === 'min-device-width') return width >= pixels;
    return false;
  });
}
