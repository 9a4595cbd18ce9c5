/** What the use cases of the public pages resolve to -> an answer. */
import type { PageWords, Refused } from '../app/page-request.ts';
import type { PreferencesPage } from '../app/preferences.ts';
import type { SurveyPage } from '../app/survey.ts';
import type { UnsubscribePage } from '../app/unsubscribe.ts';
import { ROUTES } from '../contract/routes.ts';
import { type Html, html } from './html.ts';
import { page, PAGE_HEADERS } from './layout.ts';
import { preferencesForm } from './preferences-page.ts';
import { surveyForm, whyForm } from './survey-page.ts';
import { isSpoken, spokenOf, type Texts, textsFor } from './texts.ts';
import { leaveForm, leftPage } from './unsubscribe-page.ts';

/** `zone`: IANA. */
export type Shop = { name: string; locale: string; zone: string };
export type PageAnswer = { status: number; headers: Record<string, string>; body: string };
export type PageData = UnsubscribePage | SurveyPage | PreferencesPage;

type Content = { status?: number; title: string; content: Html };
/** `locale`: for dates. */
type Place = { shop: string; language: string; locale: string; zone: string };

/** In the language that the mail was in where its link says it. */
const spoken = (shop: Shop, wanted: string | undefined) =>
  textsFor(isSpoken(wanted) ? wanted : shop.locale);

/** What this visitor agrees to, word for word. */
export function wordsFor(shop: Shop, wanted?: string): PageWords {
  const { language, texts } = spoken(shop, wanted);
  const topic = (name: keyof Texts['topics']) =>
    `${texts.topicsWording(shop.name)} ${texts.topics[name]}`;
  return {
    language,
    quote: texts.quoteWording(shop.name),
    undo: texts.undoWording(shop.name),
    topics: {
      offers: topic('offers'),
      feedback: topic('feedback'),
      reminders: topic('reminders'),
    },
  };
}

/** The page that a visit ends on. */
export function renderPage(data: PageData, shop: Shop, wanted?: string): PageAnswer {
  const { language, texts } = spoken(shop, wanted);
  const locale = spokenOf(shop.locale) === language ? shop.locale : language;
  const place = { shop: shop.name, language, locale, zone: shop.zone };
  const { status = 200, title, content } = contentOf(data, place, texts);
  return {
    status,
    headers: { ...PAGE_HEADERS, ...(status === 405 && { allow: 'GET, HEAD, POST' }) },
    body: page({ language, shop: shop.name, title, content }),
  };
}

function contentOf(data: PageData, place: Place, texts: Texts): Content {
  const { shop, language } = place;
  switch (data.kind) {
    case 'unsubscribe':
      return { title: texts.leaveTitle, content: leaveForm(shop, texts) };
    case 'unsubscribed':
      return { title: texts.leftTitle, content: leftPage(data, shop, texts) };
    case 'resubscribed': {
      const list = new Intl.ListFormat(language, { type: 'conjunction' });
      const topics = data.topics?.map((topic) => texts.topics[topic]);
      const what = topics ? texts.backOnly(list.format(topics)) : texts.backAll(shop);
      const href = `${ROUTES.preferences.replace('{token}', data.preferences)}?lang=${language}`;
      return {
        title: texts.backTitle,
        content: html`${status(what)}
<p><a href="${href}">${texts.prefTitle}</a></p>`,
      };
    }
    case 'closed':
      return { title: texts.closedTitle, content: status(texts.closed) };
    case 'survey':
      return {
        status: data.missing ? 422 : 200,
        title: texts.surveyTitle[data.survey],
        content: surveyForm(data, shop, texts),
      };
    case 'answered':
      return { title: texts.savedTitle, content: whyForm(data, shop, texts) };
    case 'told':
      return {
        title: texts.savedTitle,
        content: status(data.quoted ? texts.toldQuoted : texts.told),
      };
    case 'preferences':
      return { title: texts.prefTitle, content: preferencesForm(data, place, texts) };
    default:
      return refusal(data, texts);
  }
}

const status = (text: string): Html => html`<p role="status">${text}</p>`;

const STATUS = { link: 404, expired: 410, method: 405, 'too-large': 413 } as const;

const refusal = ({ why }: Refused, texts: Texts): Content => ({
  status: STATUS[why],
  title: texts.brokenTitle,
  content: html`<p>${why === 'expired' ? texts.expired : texts.broken}</p>`,
});
