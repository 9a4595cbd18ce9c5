/** What the law says of a mail's content: advertising in service mails, green claims, prices struck out. */
import type { Settings } from '../../../functions/contract/settings.ts';
import type { Brand } from '../assemble.ts';
import type { CompiledMail } from '../compile.ts';
import type { Line, MailFile } from '../files.ts';
import type { MailKind } from '../check.ts';
import type { RuledProblem } from '../problem.ts';
import { OFFSET_CLAIMS, type Proof } from '../proof.ts';
import type { Scope } from '../words.ts';
import { claimsIn } from './claim-words.ts';
import type { Severity } from './rules.ts';

/** The European Economic Area, where these directives are law. */
const EEA =
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK'.split(
    ' ',
  );

export const sellsToEu = ({ shop }: Settings, brand: Brand): boolean =>
  brand.eu_consumers ?? EEA.includes(shop.country);

/** Whether consumer law of the EU makes it an error; elsewhere it is still bad advice. */
export const severityIn = (eu: boolean): Severity => (eu ? 'error' : 'warning');

const at = (rule: RuledProblem['rule'], line: Line, got: string, wanted: string): RuledProblem => ({
  rule,
  file: line.file,
  line: line.line,
  got,
  wanted,
});

/** Blocks that sell, by the names of their partials. */
export const MARKETING_PARTIALS = [
  'recommendations',
  'pick-reason',
  'product-story',
  'tier-benefits',
  'coupon',
  'review-request',
  'referral',
  'scale',
  'yes-no',
  'csat',
] as const;
/** Blocks that any mail may have. A test holds that each partial that ships is in one of the two. */
export const SERVICE_PARTIALS = [
  'greeting',
  'closing',
  'header',
  'footer',
  'layout',
  'style',
  'order-lines',
  'cart-lines',
  'cart-button',
] as const;

/** The same blocks by what they show, whoever wrote them. */
const MARKETING_VARIABLES: readonly [RegExp, string][] = [
  [/\brecommendations\b/, 'recommendations'],
  [/\blinks\.review\b/, 'a review request'],
  [/\blinks\.referral\b/, 'a referral'],
  [/\blinks\.survey\b/, 'a survey'],
  [/\bcoupon\b/, 'a coupon'],
  [/\b(?:tier_\w+|brand\.tiers)\b/, 'benefits'],
  [/\bproduct\.(?:origin|material|certificate_url|story_image_url)\b/, 'a product story'],
];

const OUTPUT = /\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g;
const withoutTexts = (liquid: string): string => liquid.replace(/'[^']*'|"[^"]*"/g, "''");
const partialOf = (file: string): string | undefined => /^_shared\/([a-z0-9-]+)\./.exec(file)?.[1];

/** Nothing of a mail that has to be sent may sell. */
export function transactionalProblems(
  mail: MailFile,
  lines: CompiledMail['lines'],
  kind: MailKind,
): RuledProblem[] {
  if (kind.marketing || !lines) return [];
  const wanted = 'a mail without it, or purpose: marketing in the journey';
  const include = (line: Line, name: string): Line =>
    [...mail.body, ...mail.text].find(({ text }) => text.includes(`include '${name}'`)) ?? line;
  const told = new Set<string>();
  const once = (key: string): boolean => !told.has(key) && !!told.add(key);
  return [...lines.ltr, ...lines.text].flatMap((line) => {
    const partial = partialOf(line.file);
    if (partial && MARKETING_PARTIALS.some((name) => name === partial)) {
      const got = `the partial ${partial} in a transactional mail`;
      return once(partial) ? [at('transactional', include(line, partial), got, wanted)] : [];
    }
    const said = [...line.text.matchAll(OUTPUT)].map(([liquid]) => withoutTexts(liquid)).join(' ');
    return MARKETING_VARIABLES.filter(([name]) => name.test(said)).map(([, what]) =>
      at('transactional', line, `${what} in a transactional mail`, wanted),
    );
  });
}

const isProven = (claim: string, proofs: readonly Proof[]): boolean =>
  proofs.some((proof) => proof.claim === claim);

function claimProblem(line: Line, { claim, said }: ReturnType<typeof claimsIn>[number]) {
  const offset = OFFSET_CLAIMS.some((each) => each === claim);
  const wanted = offset
    ? `what the product itself does, or claims: [{ claim: ${claim}, basis: life-cycle, proof: … }]; offsets prove nothing`
    : `what exactly is better, or claims: [{ claim: ${claim}, basis: ecolabel, proof: … }] in the front matter or brand.yaml`;
  return at(offset ? 'offset-claim' : 'green-claim', line, `"${said}"`, wanted);
}

/** Text that stands in the mail itself, not in its words. */
const literal = ({ text }: Line): string =>
  text
    .replace(OUTPUT, ' ')
    .replace(/<[^>]*\balt="([^"]*)"[^>]*>/g, ' $1 ')
    .replace(/<[^>]*>/g, ' ');

/** What a mail says of the environment, in words of every language and in its own text. */
export function claimProblems(
  mail: MailFile,
  { lines, keys }: CompiledMail,
  scopes: readonly Scope[],
  brand: Brand,
): (RuledProblem & { locale?: string })[] {
  const proofs = [...brand.claims, ...(mail.front.claims ?? [])];
  const open = (text: string, language: string) =>
    claimsIn(text, language).filter(({ claim }) => !isProven(claim, proofs));
  const locales = new Set(scopes.flatMap((scope) => [...scope.locales.keys()]));
  const ofWords = [...locales].flatMap((locale) =>
    [...keys].flatMap((key) => {
      const word = scopes.map((scope) => scope.locales.get(locale)?.get(key)).find(Boolean);
      if (!word) return [];
      const texts = typeof word.text === 'string' ? [word.text] : Object.values(word.text);
      return texts.flatMap((text) =>
        open(text, locale).map((claim) => ({
          ...claimProblem({ ...word, text: '' }, claim),
          locale,
        })),
      );
    }),
  );
  const front = (['subject', 'preheader'] as const).map((key) => ({
    text: mail.front[key],
    file: mail.file,
    line: mail.lineOf(key),
  }));
  const own = [...front, ...(lines ? [...lines.ltr, ...lines.text] : [])];
  const languages = locales.size > 0 ? [...locales] : ['en'];
  const ofLines = own.flatMap((line) =>
    languages.flatMap((language) =>
      open(literal(line), language).map((c) => claimProblem(line, c)),
    ),
  );
  return [...ofWords, ...ofLines];
}

const STRUCK =
  /<(s|del|strike)\b[^>]*>([\s\S]*?)<\/\1\s*>|<([a-z]+)\b[^>]*text-decoration(?:-line)?\s*:[^;"]*line-through[^>]*>([\s\S]*?)<\/\3\s*>/gi;
/** Digits with a currency, or anything that the filter `money` writes. */
const PRICE =
  /\|\s*money\b|\d[\d.,\s]*\s*(?:\p{Sc}|[A-Z]{3}\b|zł|kč|ft|kr)|(?:\p{Sc}|[A-Z]{3})\s*\d/iu;

const plain = (html: string): string =>
  html
    .replace(/<[^>]*>/g, '')
    .replace(/\s+/g, ' ')
    .trim();

/**
 * A price that is struck out says "reduced". What stood there before must be the lowest of 30 days; a variable
 * can hold any price, so only a text that somebody has recorded will do.
 */
export function priceProblems({ front }: MailFile, lines: CompiledMail['lines']): RuledProblem[] {
  if (!lines) return [];
  const source = lines.ltr.map(({ text }) => text).join('\n');
  return [...source.matchAll(STRUCK)].flatMap(({ 2: byTag, 4: byStyle, index }) => {
    const shown = plain(byTag ?? byStyle ?? '');
    if (!PRICE.test(shown) || front.lowest_prices?.includes(shown)) return [];
    const line = lines.ltr[source.slice(0, index).split('\n').length - 1];
    const wanted = `the lowest price of the 30 days before, recorded above the mail: lowest_prices: ['49,00 €']`;
    return line ? [at('price-reduction', line, `${shown}, struck out`, wanted)] : [];
  });
}
