/** A shop with one mail: the layout, partials and brand that ship, and words of its own. */
import { buildRelease, TEMPLATES_DIR } from '../../infra/build-release.ts';
import { newChecker, type CheckOptions, type Finding } from '../../infra/templates/checks/index.ts';
import { readTemplates, type TemplateFiles } from '../../infra/templates/files.ts';
import { SETTINGS } from './samples.ts';

export { buildRelease, SETTINGS };

export const MAIL = 'thanks/note';
export const NOTE = `${MAIL}.mjml`;
export const TEXT = `${MAIL}.txt`;
export const JOURNEY = 'thanks/journey.yaml';

const JOURNEY_TEXT = `trigger: Order Completed
purpose: marketing
topic: reminders
priority: 10
mode: live
expires: P3D
steps:
  - id: note
    send: note
`;

const NOTE_TEXT = `---
subject: "{{ 'note.subject' | t }}"
preheader: "{{ 'note.preheader' | t }}"
---
<mj-section>
  <mj-column>
    {% include 'greeting' %}
    <mj-text>
      {{ 'note.body' | t }}
      {{ 'note.pieces' | t: count: order.items_count }}
    </mj-text>
    {% include 'closing' %}
  </mj-column>
</mj-section>
`;
/** Where a test puts what is wrong; the line of it in NOTE_TEXT. */
export const BODY = "{{ 'note.body' | t }}";
export const BODY_LINE = 9;

const TEXT_TEXT = `{{ 'note.body' | t }}
{{ 'note.pieces' | t: count: order.items_count }}
`;

const forms = (categories: string) =>
  Object.fromEntries(categories.split(' ').map((name) => [name, '{{ count }} x']));
const PLURALS: { [locale: string]: string } = {
  en: 'one other',
  lt: 'one few many other',
  ar: 'zero one two few many other',
  hu: 'one other',
  hy: 'one other',
};
export const wordsFile = (locale: string): string =>
  `thanks/locales/${locale}${locale === 'en' ? '.default' : ''}.json`;

/** One entry a line, so that lines of findings can be told. */
const wordsOf = (locale: string): string => `{
  "note": {
    "subject": "Hi",
    "preheader": "A word of us",
    "body": "Body of ${locale}.",
    "pieces": ${JSON.stringify(forms(PLURALS[locale] ?? ''))}
  }
}
`;

const shipped = readTemplates(TEMPLATES_DIR);

export const shop = (): Map<string, string> =>
  new Map([
    ...[...shipped].filter(([path]) => path.startsWith('_shared/')),
    [JOURNEY, JOURNEY_TEXT],
    [NOTE, NOTE_TEXT],
    [TEXT, TEXT_TEXT],
    ...Object.keys(PLURALS).map((locale): [string, string] => [wordsFile(locale), wordsOf(locale)]),
  ]);

export type Change = readonly [file: string, from: string | RegExp, to: string];

/** The shop with something changed in it. */
export function changed(...changes: readonly Change[]): Map<string, string> {
  const files = shop();
  for (const [file, from, to] of changes) {
    const before = files.get(file) ?? '';
    const after = before.replace(from, () => to);
    if (after === before) throw new Error(`nothing to change in ${file}: ${String(from)}`);
    files.set(file, after);
  }
  return files;
}

const checker = newChecker();

/** One memory for all tests, as a studio has. */
export const check = (files: TemplateFiles, options: CheckOptions = { mail: MAIL }) =>
  checker.check(SETTINGS, files, options);

export const errors = (findings: readonly Finding[]): Finding[] =>
  findings.filter(({ severity }) => severity === 'error');

export const lineOf = (files: TemplateFiles, file: string, text: string): number =>
  (files.get(file) ?? '').split('\n').findIndex((line) => line.includes(text)) + 1;
