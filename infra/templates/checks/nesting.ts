/** Broken HTML, by html-validate with a profile for mails. */
import { HtmlValidate } from 'html-validate';
import { tagAt, type Tag } from './tags.ts';
import type { Flaw } from './shown.ts';

/**
 * Only what breaks a mail. Mails are tables with inline styles and old attributes on purpose, since Outlook
 * and Gmail read those alone; so the rules of html-validate about style, taste and modern elements are off:
 * no-inline-style, no-deprecated-attr, no-conditional-comment (Outlook's own), void-style, doctype-style,
 * prefer-native-element, presentation-role-style. Accessibility is axe's.
 */
const PROFILE = [
  'close-order',
  'close-attr',
  'no-implicit-close',
  'void-content',
  'element-name',
  'element-permitted-content',
  'element-permitted-occurrences',
  'element-permitted-order',
  'element-permitted-parent',
  'element-required-ancestor',
  'element-required-attributes',
  'element-required-content',
  'attribute-allowed-values',
  'attribute-misuse',
  'no-dup-attr',
  'no-dup-id',
  'no-raw-characters',
  'unrecognized-char-ref',
  'map-dup-name',
] as const;

const validator = new HtmlValidate({
  root: true,
  rules: Object.fromEntries(PROFILE.map((rule) => [rule, 'error'])),
});

/** What html-validate finds in a rendered mail, each at the tag that shows it. */
export async function nestingFlaws(html: string, tags: readonly Tag[]): Promise<Flaw[]> {
  const report = await validator.validateString(html);
  return report.results.flatMap(({ messages }) =>
    messages.map(({ message, offset, ruleId }) => ({
      rule: 'nesting' as const,
      spot: { tag: tagAt(tags, offset) },
      got: message,
      wanted: `HTML that every program reads alike (html-validate: ${ruleId})`,
    })),
  );
}
