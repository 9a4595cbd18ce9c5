/** What mail programs leave out, by the data of caniemail.com that comes with the package; nothing is fetched. */
import { caniemail } from 'caniemail';
import type { Flaw } from './shown.ts';
import { type Tag } from './tags.ts';

/**
 * Features that a mail may use although a program leaves them out, each with what its readers see instead.
 * Whatever is not here must work in every program that the brand names.
 */
export const DEGRADES: Readonly<Record<string, string>> = {
  '<style> element': 'inline styles carry the whole light design',
  '@media': 'one layout for all widths, in light',
  '!important keyword': 'the light design',
  'Chaining selectors': 'the light design',
  'Class selector': 'the light design',
  'Descendant combinator': 'the light design',
  'Child combinator': 'the light design',
  'ID selector': 'only resets of other programs use it',
  'Type selector': 'the light design',
  'Attribute selector': 'only resets of other programs use it',
  'color-scheme CSS property': 'the program decides about dark',
  'color-scheme meta tag': 'the program decides about dark',
  '<body> element': 'its ground is on a table within as well',
  'aria-label attribute': 'the subject, which the program shows above',
  'role attribute': 'tables are read out as tables',
  'lang attribute': 'the language of the program reads it out',
  'dir attribute': 'styles say the same; a name against the line may take a comma beside it along',
  'border-radius': 'square corners',
  'max-height property': 'MJML hides the preview text in four more ways',
  opacity: 'MJML hides the preview text in four more ways',
  overflow: 'MJML hides the preview text in four more ways',
  'display:none': 'MJML hides the preview text in four more ways',
  'object-fit': 'the picture is squeezed into its square',
  'aspect-ratio': 'the picture keeps its own shape',
  'height property': 'the attribute height says the same',
  'table-layout': 'columns as wide as what is in them',
  'white-space': 'a price may break over lines',
  'word-break': 'a long name may be cut at the edge',
  'word-spacing': 'none is asked for',
  'text-decoration': 'links stay underlined',
  'box-sizing': 'a full-width button on phones alone',
  'target attribute': 'the program opens links as it always does',
  cursor: 'the usual pointer',
  outline: 'a reset',
};

type Issue = { title: string; notes: string[] };
type Clients = Parameters<typeof caniemail>[0]['clients'];

function issuesIn(html: string, clients: readonly string[]): Map<string, Issue[]> {
  try {
    const { issues } = caniemail({ clients: [...clients] as Clients, html });
    return issues.errors as unknown as Map<string, Issue[]>;
  } catch (error) {
    if (!(error instanceof RangeError) || clients.length === 1) return new Map();
    // For one of them nobody has tried this: the others have.
    return new Map(clients.flatMap((client) => [...issuesIn(html, [client])]));
  }
}

/** Names that caniemail does not know. */
export const unknownClients = (clients: readonly string[]): string[] =>
  clients.filter((client) => {
    try {
      caniemail({ clients: [client] as Clients, html: '<p></p>' });
      return false;
    } catch (error) {
      return error instanceof RangeError && error.message.includes('were not found');
    }
  });

const FREE = /\b(href|src|alt|title|aria-label|lang|id|class)="[^"]*"/gi;
/** A picture's kind is in the end of its address; everything else of an address is nobody's feature. */
const bare = (attributes: string): string =>
  attributes.replace(FREE, (whole, name: string) => {
    const kind = name === 'src' ? (/\.(\w{3,4})"$/.exec(whole)?.[1] ?? 'png') : undefined;
    return kind ? `src="https://x.example/x.${kind}"` : `${name}="x"`;
  });

/** Tags that were looked at: a mail has hundreds, and all mails together few kinds. */
export type SeenTags = Map<string, Flaw['got'][]>;

const told = (html: string, clients: readonly string[]): string[] => {
  const by = new Map<string, string[]>();
  for (const [client, issues] of issuesIn(html, clients)) {
    for (const title of new Set(issues.map((issue) => issue.title))) {
      if (!Object.hasOwn(DEGRADES, title)) by.set(title, [...(by.get(title) ?? []), client]);
    }
  }
  return [...by].map(([title, by_]) => `${title}, which ${[...new Set(by_)].join(', ')} leave out`);
};

/** `sheets`: the text of the style elements, told on the first of them. */
export function clientFlaws(
  tags: readonly Tag[],
  sheets: string,
  clients: readonly string[],
  seen: SeenTags,
): Flaw[] {
  const known = (html: string): string[] => {
    const key = `${clients.join()} ${html}`;
    const before = seen.get(key) ?? told(html, clients);
    seen.set(key, before);
    return before;
  };
  const flaw = (tag: number, got: string): Flaw => {
    const wanted = 'something that all programs of the brand (clients) show, or another list there';
    return { rule: 'client', spot: { tag }, got, wanted };
  };
  const ofSheets = known(`<style>${sheets}</style>`).map((got) =>
    flaw(
      Math.max(
        0,
        tags.findIndex(({ name }) => name === 'style'),
      ),
      got,
    ),
  );
  const ofTags = tags.flatMap(({ name, attributes }, at) =>
    name === 'style'
      ? []
      : known(`<${name}${bare(attributes)}></${name}>`).map((got) => flaw(at, got)),
  );
  return [...ofSheets, ...ofTags];
}
