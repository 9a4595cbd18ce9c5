/** docs/checks.md: made from the rules themselves. */
import { GENERIC_CLAIMS, OFFSET_CLAIMS } from '../proof.ts';
import { CLAIM_LANGUAGES } from './claim-words.ts';
import { CLIENTS } from './client-list.ts';
import { DEGRADES } from './clients.ts';
import { RULES, type Rule } from './rules.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');
const code = (texts: readonly string[]): string => texts.map((text) => `\`${text}\``).join(', ');

const ruleRow = ([id, rule]: [string, Rule]): string =>
  `| \`${id}\` | ${rule.severity} | ${rule.where} | ${cell(rule.what)} | ${cell(rule.why)} |`;

const rulesTable = (): string =>
  [
    '| Rule | Severity | Looked for in | What it wants | Why |',
    '|---|---|---|---|---|',
    ...Object.entries(RULES).map(ruleRow),
  ].join('\n');

const degradesTable = (): string =>
  [
    '| Feature | What readers see without it |',
    '|---|---|',
    ...Object.entries(DEGRADES).map(([feature, seen]) => `| ${cell(feature)} | ${cell(seen)} |`),
  ].join('\n');

export function checksReference(): string {
  return `# Checks

\`npm run templates\` renders every mail in every language for every sample customer of
\`templates/_shared/samples.yaml\` and looks at the files and at what comes out. The studio asks the same checks
while somebody types, and nothing is published that has an error. Made from \`infra/templates/checks/\` by
\`node infra/write-checks.ts\`; change it there.

\`\`\`
npm run templates                                       everything; ends with 1 where there is an error
npm run templates -- --mail post-purchase/first-thanks  one mail, and what it is made of
npm run templates -- --json                             for other programs
\`\`\`

Each finding has file, line, what was got, what is wanted, and the rule. What only a rendered mail shows is told
at the line of the template that made it, with the first language and sample that show it. Mails that are built
alike are looked at once, and what has not changed is not looked at again.

## Rules

${rulesTable()}

## Samples

People (names that shops really have: none, 80 characters, markup, quotes, emoji, right to left, Liquid) are in
\`people\` of \`samples.yaml\`; a mail's own \`sample\` stands over the rest. Samples are held against the variables
that a mail of its kind is really sent with. Shop and addresses are those of the settings and the brand.

## Mail programs

\`clients\` in \`brand.yaml\` names the programs in which everything must work, as [caniemail.com](https://www.caniemail.com)
calls them; its data come with the package, nothing is fetched. Without it: ${code(CLIENTS)}.
What a program supports in part counts as supported. These may be missing, since the mail reads without them:

${degradesTable()}

## Green claims and reduced prices

For consumers in the EU (\`eu_consumers: true\` in \`brand.yaml\`; without it, where the shop's country is in the EEA)
these are errors, elsewhere warnings.

Directive (EU) 2024/825, to be applied from 27 September 2026, forbids generic environmental claims without
recognised excellent environmental performance, and claims of neutral, reduced or positive impact that rest on
offsets. The words of ${code(CLAIM_LANGUAGES)} are known; in other languages nobody looks. Names of products are
the catalogue's and are not looked at. A proof is recorded in a mail's front matter, or in \`brand.yaml\` for all:

\`\`\`yaml
claims:
  - claim: eco-friendly
    basis: ecolabel         # or iso-14024; specified: the mail itself says what exactly is meant
    proof: EU Ecolabel, licence LT/020/001
    url: https://shop.example.com/ecolabel
  - claim: climate-neutral
    basis: life-cycle       # nothing else: what is paid for elsewhere proves nothing of the product
    proof: Life-cycle assessment of 2026, verified by an independent body
\`\`\`

Generic: ${code(GENERIC_CLAIMS)}. Of the climate: ${code(OFFSET_CLAIMS)}.

A price that is struck out announces a reduction, and article 6a of Directive 98/6/EC wants the lowest price of the
30 days before it there. No event or feed tells that price, so a struck-out variable is refused; a text is taken
when it is recorded above the mail, as it is written in it:

\`\`\`yaml
lowest_prices: ['49,00 €']
\`\`\`

The lists find common words, not every way to say a thing; they replace no lawyer.

## What they do not see

Whether the words are good: a native speaker tells that, and \`locales.yaml\` says who has. How a program really draws a
mail: the data of caniemail.com say what it supports. Dark modes that repaint mails by themselves (Gmail, Outlook):
contrast is computed for the light and the dark design, on a desk and on a phone.
`;
}
