/** What the use cases of the public pages resolve to -> an answer. */
import type { Refused } from '../app/page-request.ts';
import type { SurveyPage } from '../app/survey.ts';
import { COMMENT_CHARS_MAX } from '../app/survey.ts';
import type { UnsubscribePage } from '../app/unsubscribe.ts';
import type { Topic } from '../contract/messages.ts';
import { type Html, html } from './html.ts';
import { page, PAGE_HEADERS } from './layout.ts';
import { type Texts, textsFor } from './texts.ts';

export type Shop = { name: string; locale: string };
export type PageAnswer = { status: number; headers: Record<string, string>; body: string };

type Content = { status?: number; title: string; content: Html };

/** The page that a visit ends on. */
export function renderPage(data: UnsubscribePage | SurveyPage, shop: Shop): PageAnswer {
  const { language, texts } = textsFor(shop.locale);
  const { status = 200, title, content } = contentOf(data, shop.name, texts);
  return {
    status,
    headers: { ...PAGE_HEADERS, ...(status === 405 && { allow: 'GET, HEAD, POST' }) },
    body: page({ language, shop: shop.name, title, content }),
  };
}

function contentOf(data: UnsubscribePage | SurveyPage, shop: string, texts: Texts): Content {
  switch (data.kind) {
    case 'unsubscribe':
      return { title: texts.leaveTitle, content: leaveForm(data.topic, shop, texts) };
    case 'unsubscribed': {
      const what = data.topic ? texts.leftOnly(texts.topics[data.topic]) : texts.leftAll(shop);
      return {
        title: texts.leftTitle,
        content: html`<p role="status">${what}</p>
<p>${texts.leftOrders}</p>`,
      };
    }
    case 'survey':
      return {
        status: data.missing ? 422 : 200,
        title: texts.surveyTitle,
        content: surveyForm(data, shop, texts),
      };
    case 'thanks':
      return { title: texts.thanksTitle, content: html`<p role="status">${texts.thanks}</p>` };
    default:
      return refusal(data, texts);
  }
}

const STATUS = { link: 404, expired: 410, method: 405, 'too-large': 413 } as const;

const refusal = ({ why }: Refused, texts: Texts): Content => ({
  status: STATUS[why],
  title: texts.brokenTitle,
  content: html`<p>${why === 'expired' ? texts.expired : texts.broken}</p>`,
});

/** One button. Where the mail had a topic, its reader may stay for the rest. Posts to its own address. */
const leaveForm = (topic: Topic | undefined, shop: string, texts: Texts) =>
  html`<form method="post">
${topic ? leaveChoice(topic, shop, texts) : html`<p>${texts.leaveAskAll(shop)}</p>`}
<button type="submit">${texts.leaveButton}</button>
</form>`;

const leaveChoice = (topic: Topic, shop: string, texts: Texts) =>
  html`<fieldset>
<legend>${texts.leaveAsk(shop)}</legend>
<label class="choice"><input type="radio" name="scope" value="all" checked>${texts.leaveAll}</label>
<label class="choice"><input type="radio" name="scope" value="topic">${texts.leaveOnly(texts.topics[topic])}</label>
</fieldset>`;

const SCORES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

const surveyForm = (data: SurveyPage & { kind: 'survey' }, shop: string, texts: Texts) =>
  html`${data.missing && html`<p class="alert" role="alert">${texts.surveyMissing}</p>`}
<form method="post">
<fieldset>
<legend>${texts.surveyAsk(shop)}</legend>
<div class="scores">${SCORES.map(
    (score) =>
      html`<label><input type="radio" name="score" value="${score}" required${score === data.score && html` checked`}>${score}</label>`,
  )}</div>
<div class="ends"><span>${texts.surveyLow}</span><span>${texts.surveyHigh}</span></div>
</fieldset>
<p><label for="comment">${texts.surveyComment}</label>
<textarea id="comment" name="comment" maxlength="${COMMENT_CHARS_MAX}">${data.comment}</textarea></p>
<button type="submit">${texts.surveyButton}</button>
</form>`;
