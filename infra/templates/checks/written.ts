/** What can be read off a rendered mail as text: size, headers, addresses, pictures, and the way to leave. */
import type { Written } from '../../../functions/app/render.ts';
import { attributesOf, type Tag } from './tags.ts';
import type { Flaw } from './shown.ts';

const UNSAFE_IN_HEADER = /[\p{Cc}\u2028\u2029]/u;

/** Subject and preheader are headers, or end up beside them: a line break would begin another header. */
const headers = ({ subject, preheader }: Written): Flaw[] =>
  Object.entries({ subject, preheader }).flatMap(([front, text]) =>
    UNSAFE_IN_HEADER.test(text)
      ? [
          {
            rule: 'header' as const,
            spot: { front },
            got: `a control character in the ${front}`,
            wanted: 'one line of text',
          },
        ]
      : [],
  );

const LEADS = ['href', 'src', 'background', 'poster', 'action', 'data', 'formaction', 'srcset'];
const SAFE = /^(?:https:\/\/[^\s]|mailto:[^\s@]+@)/i;
const IN_STYLE = /url\(\s*['"]?([^'")]*)/gi;

const addressFlaw = (tag: number, name: string, address: string): Flaw[] =>
  SAFE.test(address)
    ? []
    : [
        {
          rule: 'address',
          spot: { tag },
          got: `${name}="${address}"`,
          wanted: 'https:// or mailto:, and the whole address',
        },
      ];

/** Most tags of a mail are cells, and lead nowhere. */
const MAY_LEAD = /href|src|background=|poster|action|data=|url\(/i;

const addresses = (tags: readonly Tag[]): Flaw[] =>
  tags.flatMap((tag, at) =>
    [...(MAY_LEAD.test(tag.attributes) ? attributesOf(tag) : [])].flatMap(([name, value]) => {
      if (LEADS.includes(name)) return addressFlaw(at, name, value);
      if (name !== 'style') return [];
      return [...value.matchAll(IN_STYLE)].flatMap(([, url = '']) => addressFlaw(at, 'url', url));
    }),
  );

/** In plain text mail programs make links of what looks like one. */
const textAddresses = ({ text }: Written): Flaw[] =>
  [...text.matchAll(/\bhttp:\/\/[^\s]*/g)].map(([address]) => ({
    rule: 'address',
    spot: { text: address },
    got: address,
    wanted: 'https://',
  }));

/** As it is shown: programs that show no pictures keep the room, and Outlook needs the number. */
const isMeasured = (value: string | undefined): boolean => /^\d+$/.test(value ?? '');

const pictures = (tags: readonly Tag[]): Flaw[] =>
  tags.flatMap((tag, at): Flaw[] => {
    if (tag.name !== 'img') return [];
    const own = attributesOf(tag);
    const missing = [
      ...(own.has('alt') ? [] : ['alt']),
      ...(isMeasured(own.get('width')) ? [] : ['width in pixels']),
      ...(isMeasured(own.get('height')) || own.get('height') === 'auto' ? [] : ['height']),
    ];
    if (missing.length === 0) return [];
    const got = `a picture without ${missing.join(' and ')}`;
    return [
      {
        rule: 'image',
        spot: { tag: at },
        got,
        wanted: 'alt (empty where it only adorns), width, height',
      },
    ];
  });

/** What a name must never become; the samples hold both. */
const ACTIVE = /^(?:script|iframe|object|embed|form|input|button|link|base)$/;
const active = (tags: readonly Tag[]): Flaw[] =>
  tags.flatMap((tag, at): Flaw[] => {
    const may = /\son/i.test(tag.attributes);
    const handler = may && [...attributesOf(tag).keys()].find((name) => name.startsWith('on'));
    if (!ACTIVE.test(tag.name) && !handler) return [];
    const got = handler ? `${handler} on <${tag.name}>` : `<${tag.name}>`;
    return [{ rule: 'active-content', spot: { tag: at }, got, wanted: 'text, pictures and links' }];
  });

/** Whoever gets marketing mail can leave it and knows who writes, whatever the mail knows of them. */
function leaving({ html, text }: Written, given: Leaving): Flaw[] {
  const parts = {
    'the HTML': html.replaceAll('&amp;', '&').replaceAll('&#39;', "'"),
    'the text': text,
  };
  return Object.entries(parts).flatMap(([part, shown]) => [
    ...(shown.includes(given.unsubscribe)
      ? []
      : [
          {
            rule: 'unsubscribe' as const,
            spot: { text: 'links.unsubscribe' },
            got: `no link to leave in ${part}`,
            wanted: '{{ links.unsubscribe }} in every mail, not within a condition',
          },
        ]),
    ...(shown.includes(given.address)
      ? []
      : [
          {
            rule: 'postal-address' as const,
            spot: { text: 'shop.address' },
            got: `no postal address in ${part}`,
            wanted: '{{ shop.address }} in every mail, not within a condition',
          },
        ]),
  ]);
}

export type Leaving = { unsubscribe: string; address: string };

/** `leave` for marketing mails: what they must say. */
export const writtenFlaws = (
  mail: Written,
  tags: readonly Tag[],
  leave: Leaving | undefined,
): Flaw[] => [
  ...headers(mail),
  ...addresses(tags),
  ...textAddresses(mail),
  ...pictures(tags),
  ...active(tags),
  ...(leave ? leaving(mail, leave) : []),
];
