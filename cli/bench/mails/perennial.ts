/** As `deliver` does it: parsed once, every step counted. */
import { htmlEngine, parseWith, renderWith } from '../../../functions/app/liquid.ts';
import { Budget, Collector } from '../../../functions/app/render-limits.ts';
import { MAIL_HTML_BYTES_MAX } from '../../../functions/contract/release.ts';
import type { SameMail, Way } from './same-mail.ts';

export function perennialWay({ html, wording }: SameMail): Way {
  const parsed = parseWith(htmlEngine, html);
  return {
    name: 'Perennial: Liquid, compiled when published',
    html: (variables) => {
      const budget = new Budget();
      const out = new Collector(budget, 'html-bytes', MAIL_HTML_BYTES_MAX);
      return renderWith(htmlEngine, parsed, variables, { wording, budget, out });
    },
  };
}
