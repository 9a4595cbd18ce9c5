/**
 * Rendered mails as pages of their own, for the frames of the preview. A page is kept under the hash of its
 * content for as long as it is among the newest: unsaved text has no other address.
 */
import { createHash } from 'node:crypto';

/** A page of all customers and languages shows a dozen; so much is some minutes of typing. At most 90 KB each. */
export const FRAMES_MAX = 256;

export type Frames = { keep(html: string): string; find(id: string): string | undefined };

export function newFrames(max = FRAMES_MAX): Frames {
  const pages = new Map<string, string>();
  return {
    keep(html) {
      const id = createHash('sha256').update(html).digest('hex').slice(0, 32);
      pages.delete(id);
      pages.set(id, html);
      for (const oldest of pages.keys()) {
        if (pages.size <= max) break;
        pages.delete(oldest);
      }
      return id;
    },
    find: (id) => pages.get(id),
  };
}

const ASKS_SCHEME = /\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)/gi;
const SCHEMES = /((?:supported-)?color-schemes?\s*:\s*)(?:light|dark)(?:\s+(?:light|dark))*/gi;
const SCHEME_META =
  /(<meta\b[^>]*\bname="(?:supported-color-schemes|color-scheme)"[^>]*\bcontent=")[^"]*(")/gi;
/** Conditions that are always so, and never. */
const [ALWAYS, NEVER] = ['(min-width: 0px)', '(max-width: 0px)'];

/**
 * The mail as a client shows it that is dark, or light, whatever this browser is: in its style sheets the
 * question for the scheme becomes one that is always or never answered with yes. That is the mail's own dark
 * design; clients that turn colours by themselves (Outlook, some of Gmail) cannot be shown.
 */
export const inScheme = (html: string, scheme: 'dark' | 'light'): string =>
  html
    .replace(/<style\b[^>]*>[\s\S]*?<\/style\s*>/gi, (sheet) =>
      sheet
        .replace(ASKS_SCHEME, (_, asked: string) =>
          asked.toLowerCase() === scheme ? ALWAYS : NEVER,
        )
        .replace(SCHEMES, `$1${scheme}`),
    )
    .replace(SCHEME_META, `$1${scheme}$2`);

/** Domains that never hold a picture (RFC 2606): samples name them. */
const SAMPLE_PICTURE = /\bsrc="https:\/\/(?:[\w-]+\.)*example(?:\.com|\.net|\.org)?\/[^"]*"/gi;
const PICTURE = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" fill="#cfd8cf"/>' +
    '<path d="M0 50l18-18 14 12 12-14 20 20v14H0z" fill="#9fb3a4"/><circle cx="22" cy="18" r="6" fill="#f3efe4"/></svg>',
)}`;

/** Links open beside the studio, and sample pictures are drawn; the rest is the mail, byte for byte. */
export const asPage = (html: string): string =>
  html
    .replace(/<head\b[^>]*>/i, (head) => `${head}<base target="_blank">`)
    .replace(SAMPLE_PICTURE, `src="${PICTURE}"`);
