/** What somebody sees of a mail, whatever elements it is made of: to hold two ways of writing it together. */
import { JSDOM } from 'jsdom';

export type Shown = {
  title: string;
  preheader: string;
  text: string;
  links: [address: string, text: string][];
  pictures: string[];
};

/** Spaces, and the signs without width that keep an inbox from showing more than the preheader. */
const UNSEEN = /[\s\u034f\u00ad\u200b-\u200f\u2007\ufeff]+/g;
const seen = (text: string | null | undefined): string => (text ?? '').replace(UNSEEN, '');

/** Texts without spaces: between blocks some have them, and some have not. */
export function shownOf(html: string): Shown {
  const { document } = new JSDOM(html).window;
  const hidden = document.querySelector('[style*="display:none"]');
  const preheader = seen(hidden?.textContent);
  hidden?.remove();
  for (const element of document.querySelectorAll('style, script')) element.remove();
  return {
    title: seen(document.title),
    preheader,
    text: seen(document.body.textContent),
    links: [...document.querySelectorAll('a')].map((a) => [a.href, seen(a.textContent)]),
    pictures: [...document.querySelectorAll('img')].map((image) => image.src),
  };
}
