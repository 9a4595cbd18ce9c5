/** A release: everything that marketers publish, compiled; the file RELEASE_FILE beside the bundles. */
import type { Policy } from './journeys.ts';

export type Direction = 'ltr' | 'rtl';

/** One text, or one for each CLDR plural category of its language; `{{ name }}` in it is filled by `t`. */
export type Text = string | { readonly [category: string]: string };

/** What one mail says in one language, by key (`first_thanks.subject`, `greeting.named`). */
export type LocaleWords = { dir: Direction; texts: { readonly [key: string]: Text } };

/** One compiled mail: Liquid in finished HTML; nothing of MJML is left. It holds all words that it needs. */
export type CompiledTemplate = {
  /** `post-purchase/thank-you`. */
  id: string;
  subject: string;
  preheader: string;
  /** The same mail for both directions: cells, alignment and buttons are mirrored in it. */
  html: { readonly [direction in Direction]: string };
  text: string;
  /** By locale. A mail whose words are not in files has none: it is English. */
  words: { readonly [locale: string]: LocaleWords };
  /** Where they differ from the settings'. */
  from?: { name?: string; address: string };
  replyTo?: string;
};

/** A language that the shop's mails are written in; one without `reviewedBy` is shown as not reviewed. */
export type LocaleInfo = { name: string; dir: Direction; reviewedBy: string | null };

export type Release = {
  policy: Policy;
  templates: { [id: string]: CompiledTemplate };
  /** From templates/_shared/locales.yaml; absent in releases of one language. */
  locales?: { [locale: string]: LocaleInfo };
};

/** What those read who decide: mails stay where they are sent. */
export type DeployedRelease = Omit<Release, 'templates'>;
export type Templates = Release['templates'];

/** Gmail clips HTML at about 102 KB; below 90 KB the foot with the unsubscribe link is always seen. */
export const MAIL_HTML_BYTES_MAX = 90 * 1024;
/** The text part: a shipped mail has below 1 KB. Only a loop writes more than this. */
export const MAIL_TEXT_BYTES_MAX = 64 * 1024;
