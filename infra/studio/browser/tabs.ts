/** One tab for each file that is the mail's own, and a list of the partials that it is made of. */
import type { Mark } from '../mail/wire.ts';
import { type Doc, isChanged } from './documents.ts';
import { element } from './dom.ts';

export type Tabs = { root: HTMLElement; show(doc: Doc): void; refresh(): void };

const errorsIn = (marks: readonly Mark[]): number =>
  marks.filter(({ severity }) => severity === 'error').length;

/** What a tab says beside its name, for eyes and ears. */
function stateOf(doc: Doc): string {
  const errors = errorsIn(doc.marks);
  return [
    ...(isChanged(doc) ? ['not saved'] : []),
    ...(errors > 0 ? [`${errors} ${errors === 1 ? 'error' : 'errors'}`] : []),
  ].join(', ');
}

/** `Words en`, then `lt`, `ar`, … for eyes; the whole name for ears. */
const nameOf = ({ source: { title, group } }: Doc, before: Doc | undefined): (Node | string)[] => {
  if (group !== 'words') return [title];
  return before?.source.group === 'words'
    ? [element('span', { class: 'sr' }, 'Words '), title]
    : [`Words ${title}`];
};

function tabOf(doc: Doc, before: Doc | undefined, choose: (doc: Doc) => void): HTMLButtonElement {
  const tab = element(
    'button',
    { type: 'button', role: 'tab', 'aria-controls': 'editor-panel', tabindex: '-1' },
    element('span', {}, ...nameOf(doc, before)),
    element('i', { class: 'dot', 'aria-hidden': 'true' }),
    element('span', { class: 'sr state' }),
  );
  tab.addEventListener('click', () => choose(doc));
  return tab;
}

/** Arrows move along the tabs, as the pattern of ARIA has it. */
function moveByArrows(list: HTMLElement): void {
  list.addEventListener('keydown', (event) => {
    const tabs = [...list.querySelectorAll<HTMLElement>('[role=tab]')];
    const at = tabs.indexOf(document.activeElement as HTMLElement);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const to = { Home: 0, End: tabs.length - 1 }[event.key];
    const next = step === undefined ? to : (at + step + tabs.length) % tabs.length;
    if (next === undefined || at < 0) return;
    event.preventDefault();
    tabs[next]?.focus();
    tabs[next]?.click();
  });
}

export function newTabs(docs: readonly Doc[], choose: (doc: Doc) => void): Tabs {
  const own = docs.filter(({ source }) => source.group !== 'partials');
  const partials = docs.filter(({ source }) => source.group === 'partials');
  const tabs = own.map((doc, at) => ({ doc, tab: tabOf(doc, own[at - 1], choose) }));
  const list = element('div', { role: 'tablist', 'aria-label': 'Files of this mail' });
  list.append(...tabs.map(({ tab }) => tab));
  moveByArrows(list);
  const select = element('select', { 'aria-label': 'Partials and layout' });
  select.append(element('option', { value: '' }, 'Partials …'));
  const options = partials.map((doc) => ({
    doc,
    option: element('option', { value: doc.source.path }, doc.source.title),
  }));
  select.append(...options.map(({ option }) => option));
  select.addEventListener('change', () => {
    const doc = partials.find(({ source }) => source.path === select.value);
    if (doc) choose(doc);
  });
  const refresh = () => {
    for (const { doc, tab } of tabs) {
      const state = stateOf(doc);
      tab.classList.toggle('changed', isChanged(doc));
      tab.classList.toggle('wrong', errorsIn(doc.marks) > 0);
      tab.querySelector('.state')?.replaceChildren(state && `, ${state}`);
    }
    for (const { doc, option } of options) {
      const state = stateOf(doc);
      option.textContent = doc.source.title + (state && ` (${state})`);
    }
  };
  return {
    root: element('div', { class: 'tabs' }, list, select),
    refresh,
    show(doc) {
      for (const { doc: each, tab } of tabs) {
        tab.setAttribute('aria-selected', String(each === doc));
        tab.tabIndex = each === doc ? 0 : -1;
      }
      // Without a chosen tab the first one stays within reach of Tab.
      const [first] = tabs;
      if (first && doc.source.group === 'partials') first.tab.tabIndex = 0;
      select.value = doc.source.group === 'partials' ? doc.source.path : '';
    },
  };
}
