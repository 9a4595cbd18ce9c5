/** Liquid first, MJML then, for each mail anew: how mails are sent where nothing is compiled beforehand. */
import mjml2html from 'mjml';
import { htmlEngine, parseWith, renderWith } from '../../../functions/app/liquid.ts';
import { Budget, Collector } from '../../../functions/app/render-limits.ts';
import type { SameMail, Way } from './same-mail.ts';

export function mjmlWay({ mjml, wording }: SameMail): Way {
  const parsed = parseWith(htmlEngine, mjml);
  return {
    name: 'MJML when sending',
    html: async (variables) => {
      const budget = new Budget();
      const run = { wording, budget, out: new Collector(budget) };
      const source = renderWith(htmlEngine, parsed, variables, run);
      const { html } = await mjml2html(source, { validationLevel: 'skip', fonts: {} });
      return html;
    },
  };
}
