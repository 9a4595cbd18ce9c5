/** Every mail that ships, in every language of the shop, for every kind of recipient. */
import { beforeAll, describe, expect, it } from 'vitest';
import { mailVariables } from '../../functions/app/mail-variables.ts';
import { render, type Written } from '../../functions/app/render.ts';
import type { CompiledTemplate, LocaleInfo, Release } from '../../functions/contract/release.ts';
import type { Subject } from '../../functions/contract/messages.ts';
import { emptyCustomer } from '../../functions/domain/customer.ts';
import { buildRelease } from '../../infra/build-release.ts';
import { FORMAT, PEOPLE, sampleFor, SETTINGS } from './samples.ts';

/** A full tag for each language, and its direction. */
const TAGS: { [locale: string]: string } = {
  en: 'en-GB',
  lt: 'lt-LT',
  ar: 'ar-EG',
  hu: 'hu-HU',
  hy: 'hy-AM',
};
let release: Release;
type Entry = { id: string; locale: string; person: string; dir: LocaleInfo['dir']; mail: Written };
const mails: Entry[] = [];

function written(template: CompiledTemplate, name: string | null, locale: string): Written {
  const mail = render(template, sampleFor(name), { ...FORMAT, locale });
  if (!('html' in mail)) throw new Error(`${template.id} ${locale}: ${JSON.stringify(mail)}`);
  return mail;
}

beforeAll(async () => {
  release = await buildRelease(SETTINGS);
  for (const [id, template] of Object.entries(release.templates)) {
    for (const [locale, { dir }] of Object.entries(release.locales ?? {})) {
      for (const [person, name] of Object.entries(PEOPLE)) {
        const mail = written(template, name, TAGS[locale] ?? locale);
        mails.push({ id, locale, person, dir, mail });
      }
    }
  }
});

/** All mails; only those for one kind of recipient, or for all but one, where it is named. */
function each(
  check: (entry: Entry) => void,
  isMeant: (person: string) => boolean = () => true,
): void {
  const meant = mails.filter(({ person }) => isMeant(person));
  expect(meant.length).toBeGreaterThanOrEqual(13 * 5);
  for (const entry of meant) check(entry);
}
const body = (html: string): string => html.slice(html.indexOf('<body'));

describe('every mail in every language', () => {
  it('is written in that language, and says so', () =>
    each(({ id, locale, dir, mail }) => {
      expect(`${id} ${mail.words}`).toBe(`${id} ${locale}`);
      expect(mail.html).toContain(`<html lang="${locale}" dir="${dir}"`);
      expect(mail.html).toMatch(/<title>[^<]+<\/title>/);
    }));

  it('stands on its own side, down to cells and buttons', () =>
    each(({ dir, mail }) => {
      const [start, other] = dir === 'rtl' ? ['right', 'ltr'] : ['left', 'rtl'];
      expect(mail.html).not.toContain(`direction:${other}`);
      expect(mail.html).not.toContain(`dir="${other}"`);
      for (const [, side] of body(mail.html).matchAll(
        /<td align="(left|right)"[^>]*class="button/g,
      )) {
        expect(side).toBe(start);
      }
    }));

  it('leaves no place unfilled, in any part', () => {
    const all = ({ subject, preheader, html, text }: Written) => subject + preheader + html + text;
    each(({ mail }) => expect(all(mail)).not.toMatch(/LQ\d+Z|undefined|\[object/));
    const isPlain = (person: string) => person !== 'liquid';
    each(({ mail }) => expect(all(mail)).not.toMatch(/\{\{|\{%/), isPlain);
  });

  it('fits an inbox: subject, preheader, and no product or name in them', () =>
    each(({ id, locale, mail: { subject, preheader } }) => {
      expect(subject.length, `${id} ${locale}`).toBeLessThan(66);
      expect(preheader.length).toBeGreaterThan(10);
      expect(subject + preheader).not.toMatch(/Rūta|Amber ring|Silver|earrings/);
    }));

  it('isolates what is named in another script, in both parts', () =>
    each(({ dir, mail }) => {
      for (const name of ['Amber ring', 'Silver chain', 'Oak leaf earrings']) {
        const inBody = body(mail.html).replaceAll(/="[^"]*"/g, '');
        for (const part of inBody.split(name).slice(0, -1))
          expect(part).toMatch(/<span dir>[^<]*$/);
        for (const part of dir === 'rtl' ? mail.text.split(name).slice(0, -1) : []) {
          expect(part).toMatch(/\u2068[^\u2069]*$/);
        }
      }
    }));

  it('greets by name, or without one, and in Lithuanian never by one that it would decline', () => {
    const greeting = ({ text }: Written) => text.split('\n')[0] ?? '';
    each(({ mail }) => expect(greeting(mail).length).toBeGreaterThan(4));
    each(
      ({ locale, mail }) => expect(greeting(mail).includes('Rūta')).toBe(locale !== 'lt'),
      (person) => person === 'plain',
    );
  });

  it('leads from plain text to addresses that hold nothing but an address', () =>
    each(({ locale, mail }) => {
      for (const [address] of mail.text.matchAll(/https:\S+/g)) expect(address).toMatch(/^[!-~]+$/);
      const [, language] = /\/u\/sample\?lang=(.*)/.exec(mail.text) ?? [];
      expect(language ?? locale).toBe(locale);
    }));

  it('has the way to leave and the postal address in both parts', () =>
    each(({ mail }) => {
      for (const part of [mail.html, mail.text]) {
        expect(part).toContain('https://mail.shop.example.com/u/sample');
        expect(part).toContain('1 High Street, LT-01100 Vilnius, Lithuania');
      }
    }));
});

describe('a mail of which nothing is known but the address it goes to', () => {
  const SUBJECTS: { [journey: string]: Subject['kind'] } = {
    'post-purchase': 'order',
    feedback: 'order',
    'feedback-reply': 'feedback',
    'abandoned-cart': 'cart',
    reorder: 'product',
    'win-back': 'customer',
  };
  it('is sent, or stopped by its own words; it never fails', () => {
    const { reviewUrl: _, ...shop } = SETTINGS.shop;
    const links = {
      unsubscribe: 'https://a.lt/u',
      survey: 'https://a.lt/s',
      preferences: 'https://a.lt/p',
    };
    const stopped = Object.values(release.templates).flatMap((template) => {
      const kind = SUBJECTS[template.id.split('/')[0] ?? ''] ?? 'customer';
      const variables = mailVariables({
        customer: emptyCustomer('c'),
        message: { subject: { kind, id: 'x' }, startedAt: 0, plannedAt: 1 },
        settings: { ...SETTINGS, shop },
        links,
      });
      const mail = render(template, variables, { ...FORMAT, locale: 'ar' });
      expect(mail).not.toHaveProperty('failed');
      return 'aborted' in mail ? [template.id] : [];
    });
    expect(stopped).toEqual(['feedback/review-invitation', 'reorder/nudge']);
  });
});
