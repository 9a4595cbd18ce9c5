/** The preview beside the editor: asks the studio for it and puts it in place, without a flicker. */
import type { Card, Look, PreviewAnswer } from '../mail/wire.ts';
import { element, wanted } from './dom.ts';

/** A mail that is longer is scrolled within its frame. */
const FRAME_HEIGHT_MAX = 6_000;

const form = (): HTMLFormElement => wanted<HTMLFormElement>('#looks');

/** What the form says. */
export function lookNow(): Look {
  const data = new FormData(form());
  const text = (name: string): string => String(data.get(name) ?? '');
  return {
    view: text('view') as Look['view'],
    locale: text('locale'),
    sample: text('sample'),
    dark: data.has('dark'),
    images: !data.has('images'),
  };
}

/** The address of the page says what it shows: it survives a reload and can be passed on. */
export function onLook(change: () => void): void {
  form().addEventListener('submit', (event) => event.preventDefault());
  form().addEventListener('change', () => {
    const query = new URLSearchParams(new FormData(form()) as never);
    history.replaceState(null, '', `?${query.toString()}`);
    wanted<HTMLElement>('#mail-page').dataset['view'] = lookNow().view;
    change();
  });
}

/** As tall as its mail: then there is one way to scroll, and it stays where it is. */
function fit(frame: HTMLIFrameElement): void {
  const page = frame.contentDocument?.documentElement;
  // A page is never lower than its frame.
  frame.style.height = '0';
  const height = page?.scrollHeight ?? 0;
  frame.style.height = height > 0 ? `${Math.min(height, FRAME_HEIGHT_MAX)}px` : '';
}

/** A narrower frame has a longer mail. */
const widths = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const frame = target.querySelector<HTMLIFrameElement>('iframe:not(.next)');
    const width = String(target.clientWidth);
    if (!frame || frame.dataset['width'] === width) continue;
    frame.dataset['width'] = width;
    fit(frame);
  }
});

export function watchFrame(frame: HTMLIFrameElement): void {
  frame.addEventListener('load', () => fit(frame));
  if (frame.parentElement) widths.observe(frame.parentElement);
  if (frame.contentDocument?.readyState === 'complete') fit(frame);
}

/** Loads the new mail out of sight, and shows it when it is whole. */
function turn(paper: HTMLElement, card: Card): void {
  const old = paper.querySelector<HTMLIFrameElement>('iframe:not(.next)');
  for (const next of paper.querySelectorAll('.next')) next.remove();
  if (old?.getAttribute('src') === card.frame) return;
  const frame = element('iframe', {
    title: card.title,
    class: 'next',
    sandbox: 'allow-same-origin allow-popups allow-popups-to-escape-sandbox',
    ...(card.frame !== undefined && { src: card.frame }),
  });
  frame.addEventListener('load', () => {
    fit(frame);
    frame.classList.remove('next');
    old?.remove();
  });
  paper.append(frame);
}

function place(root: HTMLElement, card: Card): HTMLElement {
  const known = [...root.children].find(
    (each): each is HTMLElement => each instanceof HTMLElement && each.dataset['key'] === card.key,
  );
  const article =
    known ?? element('article', { class: 'preview-card', 'data-key': card.key }, element('header'));
  // Made by the studio itself, with every value in it escaped (mail/cards.tsx).
  wanted('header', article).innerHTML = card.head;
  const paper = article.querySelector<HTMLElement>('.paper');
  if (card.frame === undefined) paper?.remove();
  else {
    const sheet = paper ?? element('div', { class: 'paper' });
    if (!paper) {
      article.append(sheet);
      widths.observe(sheet);
    }
    turn(sheet, card);
  }
  return article;
}

/** While the text has errors the last mail that had none stays, and says so. */
export function showPreview({ cards, meter }: PreviewAnswer): void {
  const root = wanted<HTMLElement>('#cards');
  const stale = cards.length === 0 && root.querySelector('.preview-card') !== null;
  wanted<HTMLElement>('#stale').hidden = !stale;
  root.classList.toggle('stale', stale);
  wanted<HTMLElement>('#preview').classList.toggle('stale', stale);
  if (stale) return;
  wanted<HTMLElement>('#meter').innerHTML = meter;
  const placed = cards.map((card) => place(root, card));
  for (const each of root.querySelectorAll('.preview-card')) {
    if (!placed.includes(each as HTMLElement)) each.remove();
  }
  placed.forEach((article, at) => {
    if (root.children[at] !== article) root.insertBefore(article, root.children[at] ?? null);
  });
  if (cards.length > 0) root.querySelector(':scope > .not-sent')?.remove();
}
