/** Everything that may be typed in one mail: from the same lists that the checks hold it against. */
import { htmlEngine } from '../../../functions/app/liquid.ts';
import { LINE_VARIABLES, type VariableDoc } from '../../../functions/contract/variables.ts';
import type { About } from '../../../functions/domain/journeys/check-condition.ts';
import { brandSchema } from '../../templates/assemble.ts';
import { frontMatterSchema, SHARED, type TemplateFiles } from '../../templates/files.ts';
import { DEFAULT_LOCALE, type Locales } from '../../templates/locales.ts';
import { PICK_VARIABLES, variablesAbout } from '../../templates/variables.ts';
import { placeholders, readScope } from '../../templates/words.ts';
import { ELEMENTS } from './elements.ts';
import { FILTERS, TAGS } from './vocabulary.ts';
import type { KeyOffer, Lists, Offer } from './wire.ts';

const variable = ([label, { type, meaning, example }]: [string, VariableDoc]): Offer => ({
  label,
  detail: type,
  info: `${meaning}; such as ${example}`,
});

const itemsOf = (fields: readonly string[], of: string): Offer[] =>
  fields.map((label) => ({ label, detail: `of ${of}` }));

/** Filled in while compiling, in each direction: left and right, colours, fonts. */
function compiledIn(): Offer[] {
  const { light, ...rest } = brandSchema.shape;
  const colours = Object.keys(light.shape);
  const plain = Object.keys(rest).filter((name) => /font|radius/.test(name));
  return [
    { label: 'dir.name', detail: 'compiled in', info: 'ltr, or rtl' },
    { label: 'dir.start', detail: 'compiled in', info: 'left, or right in a right-to-left mail' },
    { label: 'dir.end', detail: 'compiled in', info: 'right, or left in a right-to-left mail' },
    ...['light', 'dark'].flatMap((scheme) =>
      colours.map((name) => ({ label: `brand.${scheme}.${name}`, detail: 'colour' })),
    ),
    ...plain.map((name) => ({ label: `brand.${name}`, detail: 'brand.yaml' })),
    { label: 'mail.subject', detail: 'text', info: 'the finished subject' },
    { label: 'mail.preheader', detail: 'text', info: 'the finished preheader' },
    { label: 'mail.lang', detail: 'text', info: 'the language of the words' },
  ];
}

/** A journey about a product knows nothing of an order: other variables, and other lists. */
function variablesOf(about: About | undefined): Pick<Lists, 'variables' | 'items'> {
  const known = variablesAbout(about);
  const fields = (list: string): readonly string[] =>
    list === 'recommendations' ? PICK_VARIABLES : LINE_VARIABLES;
  const lists = known.filter(([, { type }]) => type === 'list').map(([name]) => name);
  return {
    variables: [...known.map(variable), ...compiledIn()],
    items: Object.fromEntries(lists.map((list) => [list, itemsOf(fields(list), list)])),
  };
}

/** Layout is what all are put in; nobody puts it into a mail. */
function partialsIn(files: TemplateFiles, extension: string): Offer[] {
  return [...files.keys()].flatMap((path) => {
    const [folder, name = ''] = path.split('/');
    if (folder !== SHARED || !name.endsWith(extension) || name.startsWith('layout.')) return [];
    const label = name.slice(0, -extension.length);
    return [{ label, detail: 'partial' }];
  });
}

/** The journey's keys, then the shared ones; each with the English text. */
function keysOf(files: TemplateFiles, journey: string, locales: Locales): KeyOffer[] {
  return [journey, SHARED].flatMap((folder) => {
    const words = readScope(files, folder, locales).scope.locales.get(DEFAULT_LOCALE);
    return [...(words ?? [])].map(([label, { text }]) => {
      const plural = typeof text !== 'string';
      const english = plural ? (text['other'] ?? '') : text;
      const names = new Set([...placeholders(text), ...(plural ? ['count'] : [])]);
      return { label, detail: english, info: english, arguments: [...names] };
    });
  });
}

/** How `date` may write, and what `list` may name. */
const DATE_STYLES = ['short', 'medium', 'long', 'full', 'weekday', 'month', 'time'];

/** All that may be typed in a mail of a journey about such a thing. */
export function listsOf(
  files: TemplateFiles,
  journey: { id: string; about: About | undefined },
  locales: Locales,
): Lists {
  const engine = Object.keys(htmlEngine.filters);
  return {
    ...variablesOf(journey.about),
    partials: partialsIn(files, '.mjml'),
    keys: keysOf(files, journey.id, locales),
    filters: engine.map((label) => ({ label, detail: FILTERS[label] ?? '' })).sort(byLabel),
    tags: TAGS,
    elements: ELEMENTS,
    front: Object.keys(frontMatterSchema.shape).map((label) => ({
      label,
      detail: 'above the mail',
      apply: `${label}: `,
    })),
    styles: { date: DATE_STYLES.map((label) => ({ label, detail: 'date' })) },
  };
}

const byLabel = (a: Offer, b: Offer): number => a.label.localeCompare(b.label, 'en');
