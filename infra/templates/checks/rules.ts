/** Every rule that templates are held against. The table in docs/checks.md is made from this list. */

export type Severity = 'error' | 'warning';

export type Rule = {
  severity: Severity;
  /** Where it is looked for: in the files themselves, or in mails rendered for samples. */
  where: 'files' | 'rendered mails' | 'both';
  what: string;
  why: string;
};

export const RULES = {
  journey: {
    severity: 'error',
    where: 'files',
    what: 'a journey compiles: steps, waits, conditions, and the mails that it sends',
    why: 'else nobody gets its mails',
  },
  brand: {
    severity: 'error',
    where: 'files',
    what: 'brand.yaml holds a name, colours and fonts that mails can use',
    why: 'each mail is built with it',
  },
  locales: {
    severity: 'error',
    where: 'files',
    what: 'locales.yaml names languages that exist, English among them',
    why: 'all words are held against English',
  },
  'front-matter': {
    severity: 'error',
    where: 'files',
    what: 'subject, preheader and the rest above a mail are known, and agree with the journey and the sender',
    why: 'whoever reads the mail sees them; SES refuses a domain that nobody has verified',
  },
  partial: {
    severity: 'error',
    where: 'files',
    what: 'partials, layout, text part and names of the brand are there',
    why: 'a mail with a hole in it cannot be put together',
  },
  liquid: {
    severity: 'error',
    where: 'files',
    what: 'Liquid can be read: tags that exist, and are closed',
    why: 'else nothing can be rendered',
  },
  filter: {
    severity: 'error',
    where: 'files',
    what: 'filters exist',
    why: 'else nothing can be rendered',
  },
  variable: {
    severity: 'error',
    where: 'files',
    what: "variables are in the reference, and the journey's trigger has them",
    why: 'a variable that never has a value stops every mail',
  },
  mjml: {
    severity: 'error',
    where: 'files',
    what: 'MJML compiles, and drops no Liquid',
    why: 'MJML leaves out silently what it does not expect',
  },
  place: {
    severity: 'error',
    where: 'files',
    what: 'values stand in text or in quoted attributes, never in a style, a script, a comment or outside quotes',
    why: 'escaping holds nothing there: a name could become markup',
  },
  address: {
    severity: 'error',
    where: 'both',
    what: 'links and pictures are https, mailto or an address variable; values in them are encoded',
    why: 'a relative address leads nowhere in a mail, and http tells everybody on the way',
  },
  image: {
    severity: 'error',
    where: 'both',
    what: 'pictures have alt, width and height',
    why: 'most programs show mails without pictures first, and readers of screens never see them',
  },
  unsubscribe: {
    severity: 'error',
    where: 'both',
    what: 'a marketing mail has a link to leave, in HTML and text',
    why: 'CAN-SPAM, GDPR and ePrivacy, and the rules of Gmail, Yahoo and Microsoft',
  },
  'postal-address': {
    severity: 'error',
    where: 'both',
    what: 'a marketing mail has the postal address of the shop, in HTML and text',
    why: 'CAN-SPAM, and the E-Commerce Directive in the EU',
  },
  key: {
    severity: 'error',
    where: 'files',
    what: 'keys that a mail asks for are in the words, with exactly the arguments that they have places for',
    why: 'a word that is missing stops the mail',
  },
  'key-unused': {
    severity: 'error',
    where: 'files',
    what: 'each key is said by some mail',
    why: 'words that nobody says go stale in every language',
  },
  'word-missing': {
    severity: 'error',
    where: 'files',
    what: 'every language has every key, and no other',
    why: 'nobody gets a mail in two languages',
  },
  plural: {
    severity: 'error',
    where: 'files',
    what: 'a plural has exactly the forms of its language (CLDR)',
    why: 'a form that is missing reads broken for some numbers only',
  },
  word: {
    severity: 'error',
    where: 'files',
    what: 'words are one line without HTML, Liquid and switches of direction, with the places of English',
    why: 'a place that a language lacks says less than the others',
  },
  contrast: {
    severity: 'error',
    where: 'both',
    what: 'text has a contrast of at least 4.5 to its ground (3 where it is large), in light and dark',
    why: 'WCAG 2.2, 1.4.3, level AA',
  },
  header: {
    severity: 'error',
    where: 'both',
    what: 'subject, preheader and sender are one line without control characters',
    why: 'a line break would begin another header: more recipients, another mail',
  },
  sample: {
    severity: 'error',
    where: 'files',
    what: 'sample variables, of samples.yaml and of a mail, are ones that its kind of mail has, of their type',
    why: 'a preview of what cannot be hides what is missing',
  },
  transactional: {
    severity: 'error',
    where: 'files',
    what: 'a transactional mail has no recommendations, story, coupon, review, referral, survey or benefits',
    why: 'with them it is advertising (ePrivacy, art. 13; CAN-SPAM), and would reach those who have left',
  },
  'green-claim': {
    severity: 'error',
    where: 'files',
    what: 'a generic environmental claim ("eco-friendly") has a recorded proof; outside the EU a warning',
    why: 'Directive (EU) 2024/825, annex point 4a: forbidden without recognised excellent performance, from 27 September 2026',
  },
  'offset-claim': {
    severity: 'error',
    where: 'files',
    what: 'a claim of neutral, reduced or positive climate impact has a proof that does not rest on offsets; outside the EU a warning',
    why: 'Directive (EU) 2024/825, annex point 4c',
  },
  'price-reduction': {
    severity: 'error',
    where: 'files',
    what: 'a struck-out price is recorded as the lowest of the 30 days before; outside the EU a warning',
    why: 'Directive 98/6/EC, article 6a',
  },
  reviewer: {
    severity: 'warning',
    where: 'files',
    what: 'each language names the native speaker who has read it',
    why: 'a machine finds missing words, not wrong ones',
  },
  render: {
    severity: 'error',
    where: 'rendered mails',
    what: 'each mail renders in each language for each sample customer, or stops on purpose',
    why: 'a mail that does not render is not sent',
  },
  size: {
    severity: 'error',
    where: 'rendered mails',
    what: 'HTML stays below 90 KB',
    why: 'Gmail clips at about 102 KB, and the way to leave with it',
  },
  'active-content': {
    severity: 'error',
    where: 'rendered mails',
    what: 'a mail holds no script, form, frame or handler, whatever a name holds',
    why: 'programs drop them, filters punish them',
  },
  nesting: {
    severity: 'error',
    where: 'rendered mails',
    what: 'HTML is nested and closed as it must be (html-validate)',
    why: 'each program mends broken HTML in its own way',
  },
  accessibility: {
    severity: 'error',
    where: 'rendered mails',
    what: 'readers of screens find language, title, names of links and pictures (axe)',
    why: 'WCAG 2.2, and the European Accessibility Act, which shops fall under',
  },
  client: {
    severity: 'error',
    where: 'rendered mails',
    what: 'what a mail needs works in all mail programs that the brand names (caniemail)',
    why: 'some leave out what they do not know, silently',
  },
} as const satisfies Readonly<Record<string, Rule>>;

export type RuleId = keyof typeof RULES;
