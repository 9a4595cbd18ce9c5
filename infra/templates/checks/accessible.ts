/** What keeps a reader of screens from a mail, by axe. */
import type { Flaw } from './shown.ts';
import type { Page, PageElement } from './page.ts';
import type { Tag } from './tags.ts';

/**
 * The rules of axe that a mail can break. A mail is no page of its own: a mailbox shows it in a frame within
 * its own regions and headings, so the rules about those do not apply; those of forms, videos and frames
 * have nothing to look at, since mails hold none; contrast needs a screen and is computed in contrast.ts.
 */
const AXE_RULES = [
  'area-alt',
  'aria-allowed-attr',
  'aria-allowed-role',
  'aria-deprecated-role',
  'aria-hidden-body',
  'aria-hidden-focus',
  'aria-prohibited-attr',
  'aria-required-attr',
  'aria-required-children',
  'aria-required-parent',
  'aria-roles',
  'aria-text',
  'aria-valid-attr',
  'aria-valid-attr-value',
  'blink',
  'definition-list',
  'dlitem',
  'document-title',
  'duplicate-id-aria',
  'empty-heading',
  'empty-table-header',
  'heading-order',
  'html-has-lang',
  'html-lang-valid',
  'html-xml-lang-mismatch',
  'image-alt',
  'image-redundant-alt',
  'link-name',
  'list',
  'listitem',
  'marquee',
  'meta-viewport',
  'meta-refresh',
  'nested-interactive',
  'presentation-role-conflict',
  'role-img-alt',
  'scope-attr-valid',
  'svg-img-alt',
  'table-duplicate-name',
  'tabindex',
  'td-headers-attr',
  'th-has-data-cells',
  'valid-lang',
] as const;

const OPTIONS = {
  runOnly: { type: 'rule', values: [...AXE_RULES] },
  resultTypes: ['violations'],
  elementRef: true,
  selectors: false,
  xpath: false,
};

/** The start tag of an element: those that the parser puts in by itself have none, and count with what holds them. */
export function tagOf(page: Page, element: PageElement, tags: readonly Tag[]): number {
  const same = [...page.root.querySelectorAll(element.tagName.toLowerCase())].indexOf(element);
  const name = element.tagName.toLowerCase();
  let seen = -1;
  if (same < 0) return 0;
  const at = tags.findIndex((tag) => {
    if (tag.name === name) seen += 1;
    return seen === same;
  });
  return Math.max(0, at);
}

/** The first of what fails; axe writes a heading above. */
const failureIn = (summary: string | undefined): string | undefined =>
  summary?.split('\n').at(1)?.trim();

/** What axe finds in a rendered mail, each at the tag that shows it. */
export async function accessFlaws(page: Page, tags: readonly Tag[]): Promise<Flaw[]> {
  const violations = await page.run(OPTIONS);
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ element, failureSummary }) => ({
      rule: 'accessibility' as const,
      spot: { tag: element ? tagOf(page, element, tags) : 0 },
      got: `${element ? `<${element.tagName.toLowerCase()}>: ` : ''}${failureIn(failureSummary) ?? id}`,
      wanted: `${help} (axe: ${id})`,
    })),
  );
}
