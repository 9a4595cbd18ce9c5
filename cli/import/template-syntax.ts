/**
 * Mails of other systems -> Liquid with our variables, and a list of what cannot be translated. Pure; total
 * over text. What is not understood stays as it was, inside a comment of Liquid, so that it cannot render.
 */
export type Translated = { text: string; problems: string[] };

/** Longer than any mail that clients show whole. */
export const TEMPLATE_CHARS_MAX = 1_000_000;
const SHOWN_CHARS = 80;

const OURS: { readonly [name: string]: string } = {
  firstname: 'customer.first_name',
  personfirstname: 'customer.first_name',
  userfirstname: 'customer.first_name',
  userattributesfirstname: 'customer.first_name',
  useruserattributesfirstname: 'customer.first_name',
  attributesfirstname: 'customer.first_name',
  country: 'customer.country',
  personcountry: 'customer.country',
  locationcountry: 'customer.country',
  demographiclocale: 'customer.locale',
  organizationname: 'shop.name',
  organizationurl: 'shop.url',
  organizationfulladdress: 'shop.address',
  unsubscribelink: 'links.unsubscribe',
  unsubscribeurl: 'links.unsubscribe',
  managepreferencesurl: 'links.unsubscribe',
};

/** Ours for a name of theirs: dots, indexes, case and underscores do not matter. */
const ours = (name: string): string | undefined => {
  const key = name.toLowerCase().replaceAll(/\[\d+\]|\.\d+(?=\.|$)|[^a-z]/g, '');
  return Object.hasOwn(OURS, key) ? OURS[key] : undefined;
};

const quote = (text: string): string => `'${text.replaceAll(/['"]/g, '’')}'`;

function translate(
  source: string,
  tag: RegExp,
  one: (tag: string, open: string[]) => string | undefined,
): Translated {
  if (source.length > TEMPLATE_CHARS_MAX) {
    return { text: '', problems: [`longer than ${TEMPLATE_CHARS_MAX} characters: left out`] };
  }
  const problems: string[] = [];
  const open: string[] = [];
  const text = source.replaceAll(tag, (found: string, ...rest: unknown[]) => {
    const made = one(found, open);
    if (made !== undefined) return made;
    const line = source
      .slice(0, rest.find((part) => typeof part === 'number') as number)
      .split('\n').length;
    problems.push(`line ${line}: ${found.slice(0, SHOWN_CHARS)}`);
    // Braces would be read by Liquid even here.
    return `{% comment %}not translated: ${found.replaceAll(/[{}%]/g, ' ').trim()}{% endcomment %}`;
  });
  for (const block of open.filter((name) => name !== THEIRS))
    problems.push(`a block that never ends: ${block}`);
  return { text, problems };
}

/** Tags, and braces that Liquid would take for the beginning of one. */
const HANDLEBARS = /\{\{\{[\s\S]*?\}\}\}|\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}|\{\{|\{%/g;
const DJANGO = /\{%[\s\S]*?%\}|\{\{[\s\S]*?\}\}|\{\{|\{%/g;

const PATH = String.raw`[A-Za-z_][\w]*(?:\.(?:\w+|\[\d+\]))*(?:\[\d+\])*`;

/** Handlebars, as Pinpoint's message templates use it. */
export function fromHandlebars(source: string): Translated {
  return translate(source, HANDLEBARS, (tag, open) => {
    if (tag.startsWith('{%') || !tag.endsWith('}')) return undefined;
    const inner = tag.replace(/^\{\{\{?|\}?\}\}$/g, '').trim();
    // Unescaped output has no like here: whatever a customer typed is escaped.
    if (tag.startsWith('{{{')) return undefined;
    if (inner.startsWith('!')) return '';
    if (/^[#/]/.test(inner)) return handlebarsBlock(inner, open);
    if (inner === 'else' || inner === '^') return isOurs(open) ? '{% else %}' : undefined;
    const name = new RegExp(`^${PATH}$`).test(inner) ? ours(inner) : undefined;
    return name && `{{ ${name} }}`;
  });
}

/** In the place of a block that is not translated, so that its end is not taken for another's. */
const THEIRS = '';
const isOurs = (open: readonly string[]): boolean => (open.at(-1) ?? THEIRS) !== THEIRS;

function handlebarsBlock(inner: string, open: string[]): string | undefined {
  if (inner.startsWith('/')) {
    const block = open.pop() ?? THEIRS;
    return block === THEIRS ? undefined : `{% end${block} %}`;
  }
  const [, block, asked = ''] = /^#(if|unless)\s+(\S+)$/.exec(inner) ?? [];
  const name = ours(asked);
  open.push(name === undefined ? THEIRS : (block ?? THEIRS));
  return name && `{% ${block} ${name} %}`;
}

/** Klaviyo's mails: Django's syntax with Klaviyo's names. */
export function fromKlaviyo(source: string): Translated {
  return translate(source, DJANGO, (tag, open) => {
    if (!tag.endsWith('}')) return undefined;
    const inner = tag.slice(2, -2).trim();
    if (tag.startsWith('{%')) return klaviyoTag(inner, open);
    const [path = '', filter, ...more] = inner.split('|').map((part) => part.trim());
    const name = ours(path);
    if (name === undefined || more.length > 0) return undefined;
    if (filter === undefined) return `{{ ${name} }}`;
    const other = /^default\s*:\s*(?:'([^']*)'|"([^"]*)")$/.exec(filter);
    if (other) return `{{ ${name} | default: ${quote(other[1] ?? other[2] ?? '')} }}`;
    return /^(title|capfirst)$/.test(filter) ? `{{ ${name} | capitalize }}` : undefined;
  });
}

function klaviyoTag(inner: string, open: string[]): string | undefined {
  if (/^unsubscribe_link$/.test(inner)) return '{{ links.unsubscribe }}';
  const said = /^(?:unsubscribe|manage_preferences)(?:\s+(?:'([^']*)'|"([^"]*)"))?$/.exec(inner);
  if (said) return `<a href="{{ links.unsubscribe }}">${said[1] ?? said[2] ?? 'Unsubscribe'}</a>`;
  const block = /^(if|for|with|spaceless|autoescape|block|macro|comment)\b/.exec(inner)?.[1];
  if (block !== undefined) {
    const name = ours(/^if\s+(\S+)$/.exec(inner)?.[1] ?? '');
    open.push(name === undefined ? THEIRS : 'if');
    return name && `{% if ${name} %}`;
  }
  if (inner === 'else') return isOurs(open) ? '{% else %}' : undefined;
  if (inner.startsWith('end')) return (open.pop() ?? THEIRS) === THEIRS ? undefined : '{% endif %}';
  return undefined;
}
