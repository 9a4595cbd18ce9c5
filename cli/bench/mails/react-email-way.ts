/** The same mail with the components of react-email, as its own examples write one. Without JSX: this is no page. */
import {
  Body,
  Column,
  Container,
  Head,
  Heading,
  Html,
  Img,
  Link,
  Preview,
  Row,
  Section,
  Text,
} from '@react-email/components';
import { render } from '@react-email/render';
import { createElement as h, Fragment, type ReactNode } from 'react';
import { money, number } from '../../../functions/app/formats.ts';
import type { Wording } from '../../../functions/app/liquid.ts';
import { translate } from '../../../functions/app/words.ts';
import type { SameMail, Way } from './same-mail.ts';

type Line = {
  name: string;
  quantity: number;
  price?: number;
  currency: string;
  url?: string;
  image_url?: string;
};
type Given = {
  mail: { subject: string; preheader: string; lang: string };
  shop: { name: string; address: string };
  links: { unsubscribe: string };
  customer: { first_name?: string };
  order: { channel: string; gift: boolean; lines: Line[] };
};

const FONT = "-apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";
const TEXT = { fontFamily: FONT, fontSize: 16, lineHeight: 1.55, color: '#2b2926' };
const QUIET = { ...TEXT, fontSize: 13, color: '#6a645c', textAlign: 'center' as const };

const bdi = (text: string) => h('span', { dir: 'auto' }, text);
const text = (...inner: ReactNode[]) => h(Text, { style: TEXT }, ...inner);

/** With an element around each value, where ours has one. */
function wordsOf(wording: Wording) {
  return (key: string, values: { [name: string]: string } = {}): ReactNode => {
    const parts = translate(key, new Map(Object.entries(values)), wording).isolated;
    const nodes = parts
      .split(/(\u2068[^\u2069]*\u2069)/)
      .map((part) => (part.startsWith('\u2068') ? bdi(part.slice(1, -1)) : part));
    return h(Fragment, null, ...nodes);
  };
}

function lineRow(line: Line, wording: Wording): ReactNode {
  const name = bdi(line.name);
  const picture = line.image_url
    ? h(Img, { src: line.image_url, alt: '', width: '64', height: '64' })
    : null;
  const pieces = line.quantity > 1 ? `${number(line.quantity, wording)} × ` : '';
  const price = line.price === undefined ? null : bdi(money(line.price, line.currency, wording));
  const cells = [
    h(Column, { key: 'picture', style: { width: 64, padding: '10px 16px 10px 0' } }, picture),
    h(Column, { key: 'name', style: TEXT }, line.url ? h(Link, { href: line.url }, name) : name),
    h(
      Column,
      { key: 'price', align: 'right', style: { ...TEXT, whiteSpace: 'nowrap' } },
      pieces,
      price,
    ),
  ];
  return h(Row, { key: line.name, children: cells });
}

function page({ mail, shop, links, customer, order }: Given, wording: Wording): ReactNode {
  const t = wordsOf(wording);
  const name = customer.first_name;
  const lines = order.gift ? [] : order.lines.slice(0, 6);
  const thanks = order.channel === 'store' ? 'first_thanks.thanks_store' : 'first_thanks.thanks';
  const foot = [
    h(Text, { style: QUIET }, t('footer.why', { shop: shop.name }), ' ', [
      h(Link, { key: 'leave', href: links.unsubscribe }, t('footer.unsubscribe')),
    ]),
    h(Text, { style: QUIET }, bdi(`${shop.name}, ${shop.address}`)),
  ];
  return h(
    Html,
    { lang: mail.lang, dir: wording.dir },
    h(Head, null, h('title', null, mail.subject)),
    h(Preview, null, mail.preheader),
    h(
      Body,
      { style: { backgroundColor: '#f5f2ed' } },
      h(Heading, { style: { ...TEXT, textAlign: 'center' } }, shop.name),
      h(
        Container,
        { style: { maxWidth: 600, padding: '36px 40px 24px', backgroundColor: '#ffffff' } },
        text(name ? t('greeting.named', { name }) : t('greeting.plain')),
        text(t(thanks), ' ', t('first_thanks.chosen')),
        text(t('first_thanks.help')),
        h(Section, null, ...lines.map((line) => lineRow(line, wording))),
        text(t('first_thanks.enjoy')),
        text(t('closing.regards'), h('br'), bdi(shop.name)),
      ),
      h(Section, null, ...foot),
    ),
  );
}

export const reactEmailWay = ({ wording }: SameMail): Way => ({
  name: 'react-email',
  html: (variables) => render(page(variables as unknown as Given, wording)),
});
