/**
 * The survey's two pages. The score in a link only preselects; the form's POST saves it, and the next page,
 * which nobody has to fill in, asks why.
 */
import { hashId } from '../contract/ids.ts';
import { ownEvent } from '../contract/own-events.ts';
import { isSurvey, SURVEY, type SurveyId, SURVEYS } from '../contract/surveys.ts';
import { iso } from '../contract/time.ts';
import type { LinkToken } from '../contract/tokens.ts';
import { isTrusted } from '../domain/facts/marks.ts';
import { formOf, type PageRequest, type PagesDeps, type Refused, visit } from './page-request.ts';

/** The schema of `Feedback Submitted` cuts at the same length. */
export const COMMENT_CHARS_MAX = 1000;

/** `before`: what was answered to the same mail already. */
export type SurveyPage =
  | { kind: 'survey'; survey: SurveyId; score?: number; before?: number; missing?: true }
  | { kind: 'answered'; survey: SurveyId; score: number; before?: number }
  | { kind: 'told'; quoted: boolean }
  | Refused;

export async function survey(deps: PagesDeps, request: PageRequest): Promise<SurveyPage> {
  const seen = visit(deps, request, 'survey');
  if ('kind' in seen) return seen;
  const { token, changes } = seen;
  // The link names the question; its form posts to the same address.
  const { survey: asked, score: clicked } = request.query;
  const id = isSurvey(asked) ? asked : SURVEY;
  const form = changes ? formOf(request) : new URLSearchParams();
  const score = scoreOf(id, changes ? form.get('score') : clicked);
  if (form.get('do') === 'tell' && score !== undefined) {
    return tell(deps, request, token, { survey: id, score });
  }
  const before = await answerBefore(deps, token, id);
  const known = { survey: id, ...(before !== undefined && { before }) };
  if (!changes) {
    const chosen = score ?? before;
    return { kind: 'survey', ...known, ...(chosen !== undefined && { score: chosen }) };
  }
  if (score === undefined) return { kind: 'survey', ...known, missing: true };
  if (score !== before) {
    await save(deps, token, { survey: id, score, language: request.words.language });
  }
  return { kind: 'answered', ...known, score };
}

/** Words without a text are nothing to save, nor to quote. */
async function tell(
  deps: PagesDeps,
  { words, ...request }: PageRequest,
  token: LinkToken,
  answer: { survey: SurveyId; score: number },
): Promise<SurveyPage> {
  const form = formOf({ ...request, words });
  const comment = (form.get('comment') ?? '').trim().slice(0, COMMENT_CHARS_MAX);
  const quoted = comment !== '' && form.get('quote') === 'yes';
  if (comment !== '') {
    await save(deps, token, {
      ...answer,
      comment,
      language: words.language,
      ...(quoted && { quote_wording: words.quote, quote_at: iso(deps.now()) }),
    });
  }
  return { kind: 'told', quoted };
}

/** Another answer to the same mail is another event about the same occasion: the later one counts. */
async function save(
  deps: PagesDeps,
  { customerId, messageId }: LinkToken,
  answer: { survey: SurveyId; score: number; [more: string]: unknown },
): Promise<void> {
  const at = deps.now();
  await deps.log.append(
    ownEvent({
      id: hashId('feedback', messageId, iso(at)),
      name: 'Feedback Submitted',
      aliasId: customerId,
      at,
      channel: 'email',
      properties: { occasion: messageId, ...answer },
    }),
  );
  deps.count('FeedbackSubmitted');
}

/** Only told to the visitor: where it cannot be read, the survey goes on without it. */
async function answerBefore(
  deps: PagesDeps,
  { customerId, messageId }: LinkToken,
  survey: SurveyId,
): Promise<number | undefined> {
  try {
    const { customer } = await deps.people.look(customerId);
    return customer.facts.feedback.find(
      (each) => each.survey === survey && each.occasion === messageId && isTrusted(each),
    )?.score;
  } catch {
    deps.count('PersonNotRead');
    return undefined;
  }
}

function scoreOf(survey: SurveyId, text: string | null | undefined): number | undefined {
  const { low, high } = SURVEYS[survey];
  const score = /^\d{1,2}$/.test(text ?? '') ? Number(text) : Number.NaN;
  return score >= low && score <= high ? score : undefined;
}
