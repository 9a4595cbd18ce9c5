/**
 * Where a compiled mail puts what is known only when it is sent. Escaping keeps a value in its place between
 * tags and within quotes; anywhere else it could end what it stands in, so nothing is put there.
 */

type Place = 'text' | 'tag' | 'double' | 'single' | 'comment' | 'style' | 'script';

/** One output of Liquid that stands where no value is safe. */
export type Misplaced = {
  output: string;
  where: string;
  /** How many of the same stand before it. */
  before: number;
};

const TOKEN =
  /\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}|<!--|-->|<style\b|<\/style\s*>|<script\b|<\/script\s*>|<\/?(?=[a-z!]|\{\{)|[>"']/gi;
/** In these attributes text becomes code or style. */
const CODE = /\s(on\w+|style|srcdoc|srcset)\s*=\s*$/i;

const WHERE: Readonly<Record<Place, string | undefined>> = {
  text: undefined,
  double: undefined,
  single: undefined,
  tag: 'in a tag, outside quotes',
  comment: 'in a comment',
  style: 'in a style sheet',
  script: 'in a script',
};

function next(place: Place, token: string): Place {
  const name = token.toLowerCase();
  switch (place) {
    case 'text':
      if (name === '<!--') return 'comment';
      if (name === '<style') return 'style';
      if (name === '<script') return 'script';
      return name.startsWith('<') ? 'tag' : 'text';
    case 'tag':
      if (name === '"') return 'double';
      if (name === "'") return 'single';
      return name === '>' ? 'text' : 'tag';
    case 'double':
      return name === '"' ? 'tag' : 'double';
    case 'single':
      return name === "'" ? 'tag' : 'single';
    case 'comment':
      return name === '-->' ? 'text' : 'comment';
    case 'style':
      return name.startsWith('</style') ? 'text' : 'style';
    case 'script':
      return name.startsWith('</script') ? 'text' : 'script';
  }
}

/** Every `{{ … }}` that stands neither between tags nor in the quotes of a harmless attribute. */
export function misplaced(html: string): Misplaced[] {
  const found: Misplaced[] = [];
  const seen = new Map<string, number>();
  let place: Place = 'text';
  let code: string | undefined;
  for (const { 0: token, index } of html.matchAll(TOKEN)) {
    if (token.startsWith('{%')) continue;
    if (token.startsWith('{{')) {
      const where = place === 'double' || place === 'single' ? code : WHERE[place];
      const before = seen.get(token) ?? 0;
      seen.set(token, before + 1);
      if (where) found.push({ output: token, where, before });
      continue;
    }
    const was: Place = place;
    place = next(place, token);
    if (was === 'tag' && (place === 'double' || place === 'single')) {
      const name = CODE.exec(html.slice(Math.max(0, index - 60), index))?.[1];
      code = name && `in the attribute ${name}`;
    }
  }
  return found;
}
