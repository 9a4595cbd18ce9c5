/** The survey: one question on the first page, and what fits its answer on the second. */
import { COMMENT_CHARS_MAX, type SurveyPage } from '../app/survey.ts';
import { answerKind, type SurveyId, SURVEYS } from '../contract/surveys.ts';
import { type Html, html } from './html.ts';
import type { Texts } from './texts.ts';

/** One question, and one button. */
export const surveyForm = (
  data: Extract<SurveyPage, { kind: 'survey' }>,
  shop: string,
  texts: Texts,
): Html =>
  html`${data.missing && html`<p class="alert" role="alert">${texts.surveyMissing}</p>`}
${data.before !== undefined && html`<p>${texts.surveyBefore(answerText(data.survey, data.before, texts))}</p>`}
<form method="post">
<fieldset>
<legend>${texts.surveyAsk[data.survey](shop)}</legend>
${answers(data, texts)}
</fieldset>
<button type="submit">${texts.surveyButton}</button>
</form>`;

/** The answer is saved; whether anything is added is the visitor's choice. */
export const whyForm = (
  { survey, score, before }: Extract<SurveyPage, { kind: 'answered' }>,
  shop: string,
  texts: Texts,
): Html =>
  html`<p role="status">${savedText({ survey, score, before }, texts)}</p>
<section>
<form method="post">
<input type="hidden" name="do" value="tell">
<input type="hidden" name="score" value="${score}">
<h2><label for="comment">${texts.moreAsk[answerKind({ survey, score })]}</label></h2>
<p class="soft" id="optional">${texts.moreOptional}</p>
<p><textarea id="comment" name="comment" maxlength="${COMMENT_CHARS_MAX}" aria-describedby="optional"></textarea></p>
<p><label class="choice"><input type="checkbox" name="quote" value="yes">${texts.quoteWording(shop)}</label></p>
<button type="submit">${texts.moreButton}</button>
</form>
</section>`;

function savedText(
  answer: { survey: SurveyId; score: number; before: number | undefined },
  texts: Texts,
): string {
  const { survey, score, before } = answer;
  const now = answerText(survey, score, texts);
  if (before === undefined) return texts.saved(now);
  if (before === score) return texts.savedAgain(now);
  return texts.savedChanged(answerText(survey, before, texts), now);
}

/** Words where the scale has only words. */
function answerText(survey: SurveyId, score: number, texts: Texts): string {
  const ends = texts.surveyEnds[survey];
  const { low, high } = SURVEYS[survey];
  return high - low + 1 === ends.length ? (ends[score - low] ?? '') : String(score);
}

/** So many stand in one row on any screen. */
const IN_ONE_ROW: Readonly<Record<number, string>> = { 5: ' few', 7: ' few seven' };

/** Words where there are two, numbers between their ends where there are more. */
function answers({ survey, score }: { survey: SurveyId; score?: number }, texts: Texts): Html {
  const { low, high } = SURVEYS[survey];
  const scores = Array.from({ length: high - low + 1 }, (_, at) => low + at);
  const input = (value: number) =>
    html`<input type="radio" name="score" value="${value}" required${value === score && html` checked`}>`;
  const ends = texts.surveyEnds[survey];
  if (scores.length === ends.length) {
    const choices = scores.toReversed();
    return html`${choices.map((value) => html`<label class="choice">${input(value)}${ends[value - low] ?? ''}</label>`)}`;
  }
  return html`<div class="scores${IN_ONE_ROW[scores.length]}">${scores.map(
    (value) => html`<label>${input(value)}${value}</label>`,
  )}</div>
<div class="ends"><span>${low}: ${ends[0]}</span><span>${high}: ${ends[1]}</span></div>`;
}
