/** What the use cases of the public pages resolve to -> an answer. */
import type { Refused } from '../app/page-request.ts';
import type { SurveyPage } from '../app/survey.ts';
import { COMMENT_CHARS_MAX } from '../app/survey.ts';
import type { UnsubscribePage } from '../app/unsubscribe.ts';
import type { Topic } from '../contract/messages.ts';
import { SURVEYS } from '../contract/surveys.ts';
import { type Html, html } from './html.ts';
import { page, PAGE_HEADERS } from './layout.ts';
import { isSpoken, type Texts, textsFor } from './texts.ts';

export type Shop = { name: string; locale: string };
export type PageAnswer = { status: number; headers: Record<string, string>; body: string };

type Content = { status?: number; title: string; content: Html };

/** The page that a visit ends on, in the language that the mail was in where its link says it. */
export function renderPage(
  data: UnsubscribePage | SurveyPage,
  shop: Shop,
  wanted?: string,
): PageAnswer {
  const { language, texts } = textsFor(isSpoken(wanted) ? wanted : shop.locale);
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
        title: texts.surveyTitle[data.survey],
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

/** So many stand in one row on any screen. */
const FEW_SCORES = 5;

const surveyForm = (data: SurveyPage & { kind: 'survey' }, shop: string, texts: Texts) =>
  html`${data.missing && html`<p class="alert" role="alert">${texts.surveyMissing}</p>`}
<form method="post">
<fieldset>
<legend>${texts.surveyAsk[data.survey](shop)}</legend>
${answers(data, texts)}
</fieldset>
<p><label for="comment">${texts.surveyComment}</label>
<textarea id="comment" name="comment" maxlength="${COMMENT_CHARS_MAX}">${data.comment}</textarea></p>
<button type="submit">${texts.surveyButton}</button>
</form>`;

/** Words where there are two, numbers between their ends where there are more. */
function answers({ survey, score }: SurveyPage & { kind: 'survey' }, texts: Texts): Html {
  const { low, high } = SURVEYS[survey];
  const scores = Array.from({ length: high - low + 1 }, (_, at) => low + at);
  const input = (value: number) =>
    html`<input type="radio" name="score" value="${value}" required${value === score && html` checked`}>`;
  const ends = texts.surveyEnds[survey];
  if (scores.length === ends.length) {
    const choices = scores.toReversed();
    return html`${choices.map((value) => html`<label class="choice">${input(value)}${ends[value - low] ?? ''}</label>`)}`;
  }
  const few = scores.length <= FEW_SCORES && ' few';
  return html`<div class="scores${few}">${scores.map(
    (value) => html`<label>${input(value)}${value}</label>`,
  )}</div>
<div class="ends"><span>${low}: ${ends[0]}</span><span>${high}: ${ends[1]}</span></div>`;
}
