/** What is wrong, as a list: each leads to its place in the editor. */
import { NOTHING_WRONG, parted, warningsElsewhere } from '../mail/findings.ts';
import type { Mark } from '../mail/wire.ts';
import type { Documents } from './documents.ts';
import { element } from './dom.ts';

export const sameMark = (a: Mark, b: Mark): boolean =>
  a.file === b.file && a.line === b.line && a.reason === b.reason && a.remedy === b.remedy;

type Go = (mark: Mark) => void;

function item(mark: Mark, documents: Documents, go: Go): HTMLLIElement {
  const { file, line, reason, remedy, severity } = mark;
  const place = `${file}:${line}`;
  const open = documents.find(file) !== undefined;
  const where = open
    ? element('button', { type: 'button', class: 'place' }, place)
    : element('a', { class: 'place', href: mark.address }, place);
  if (open) where.addEventListener('click', () => go(mark));
  const kind = element('span', { class: 'sr' }, `${severity}: `);
  const words = [element('b', {}, reason), ' ', element('span', {}, `Wanted: ${remedy}`)];
  return element('li', { class: severity }, kind, where, ' ', ...words);
}

/** Above these a list helps nobody: mend the first ones. */
const SHOWN_MAX = 40;

type Listing = { documents: Documents; go: Go };

function listed(marks: readonly Mark[], { documents, go }: Listing): HTMLElement[] {
  if (marks.length === 0) return [];
  const shown = marks.slice(0, SHOWN_MAX).map((mark) => item(mark, documents, go));
  const more = marks.length - shown.length;
  const rest = more > 0 ? [element('p', { class: 'note' }, `And ${more} more.`)] : [];
  return [element('ul', {}, ...shown), ...rest];
}

/** What stands elsewhere and stops nothing is not what one is working on. */
export function listFindings(root: HTMLElement, marks: readonly Mark[], listing: Listing): void {
  const { here, elsewhere } = parted(marks, (file) => listing.documents.find(file) !== undefined);
  const nothing = element('p', { class: 'note' }, NOTHING_WRONG);
  const more = element(
    'details',
    {},
    element('summary', {}, warningsElsewhere(elsewhere.length)),
    ...listed(elsewhere, listing),
  );
  root.replaceChildren(
    ...(here.length > 0 ? listed(here, listing) : [nothing]),
    ...(elsewhere.length > 0 ? [more] : []),
  );
}
