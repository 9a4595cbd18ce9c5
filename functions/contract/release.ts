/** A release: everything that marketers publish, compiled; the file RELEASE_FILE beside the bundles. */
import type { Policy } from './journeys.ts';

/** One compiled mail: Liquid in finished HTML; nothing of MJML is left. */
export type CompiledTemplate = {
  /** `post-purchase/thank-you`. */
  id: string;
  subject: string;
  preheader: string;
  html: string;
  text: string;
};

export type Release = {
  policy: Policy;
  templates: { [id: string]: CompiledTemplate };
};

/** Gmail clips HTML at about 102 KB; below 90 KB the foot with the unsubscribe link is always seen. */
export const MAIL_HTML_BYTES_MAX = 90 * 1024;
