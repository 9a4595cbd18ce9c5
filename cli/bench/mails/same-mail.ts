/**
 * The mail that all ways of writing mails are compared by: thanks for a first order, with its lines. A copy of a
 * shipped mail with layout and partials put in, so that the shop's next change does not change what is compared.
 */
import { readFileSync } from 'node:fs';
import type { Variables } from '../../../functions/contract/conditions.ts';
import type { LocaleWords } from '../../../functions/contract/release.ts';
import type { Wording } from '../../../functions/app/liquid.ts';
import { chooseWords, translate } from '../../../functions/app/words.ts';
import { linesOf } from '../../../infra/templates/files.ts';
import { compileMjml } from '../../../infra/templates/mjml.ts';

const FILE = 'thanks.mjml';
const read = (name: string) => readFileSync(new URL(`./${name}`, import.meta.url), 'utf8');

/** A way to make the HTML of one mail; what can be done beforehand has been done. */
export type Way = { name: string; html(variables: Variables): string | Promise<string> };

export type SameMail = {
  /** Before MJML has seen it, and after. */
  mjml: string;
  html: string;
  variables: Variables;
  wording: Wording;
};

const line = (name: string, price: number, quantity: number, picture: string) => ({
  name,
  quantity,
  price,
  currency: 'EUR',
  image_url: `https://images.example.com/${picture}.jpg`,
  url: `https://shop.example.com/${picture}`,
});

const VARIABLES = {
  shop: { name: 'Amber & Oak', address: '1 High Street, LT-01100 Vilnius, Lithuania' },
  links: { unsubscribe: 'https://mail.shop.example.com/u/sample' },
  customer: { first_name: 'Rūta <3' },
  order: {
    channel: 'web',
    gift: false,
    lines: [
      line('Amber ring "Baltic dawn"', 149, 1, 'ring'),
      line('Silver chain, 45 cm', 32.5, 2, 'chain'),
      line('Oak leaf earrings', 68, 1, 'earrings'),
    ],
  },
};

export async function sameMail(locale: string): Promise<SameMail> {
  const mjml = read(FILE);
  const compiled = await compileMjml(linesOf(FILE, mjml));
  if (!compiled.ok) throw new Error(`${FILE}: ${JSON.stringify(compiled.problems)}`);
  const words = JSON.parse(read('words.json')) as { [locale: string]: LocaleWords };
  const format = { locale, zone: 'Europe/Vilnius', currency: 'EUR' };
  const wording = { ...format, ...chooseWords(words, locale, undefined) };
  const say = (key: string) => String(translate(key, new Map(), wording));
  const mail = {
    subject: say('first_thanks.subject'),
    preheader: say('first_thanks.preheader'),
    lang: wording.words,
  };
  return { mjml, html: compiled.value, variables: { ...VARIABLES, mail }, wording };
}
