/** The survey's page: the score in a link only preselects, the form's POST saves. */
import { hashId } from '../contract/ids.ts';
import { ownEvent } from '../contract/own-events.ts';
import { isSurvey, SURVEY, type SurveyId, SURVEYS } from '../contract/surveys.ts';
import { iso } from '../contract/time.ts';
import { type PageRequest, type PagesDeps, type Refused, visit } from './page-request.ts';

/** The schema of `Feedback Submitted` cuts at the same length. */
export const COMMENT_CHARS_MAX = 1000;

export type SurveyPage =
  | { kind: 'survey'; survey: SurveyId; score?: number; comment?: string; missing?: boolean }
  | { kind: 'thanks' }
  | Refused;

export async function survey(deps: PagesDeps, request: PageRequest): Promise<SurveyPage> {
  const seen = visit(deps, request, 'survey');
  if ('kind' in seen) return seen;
  // The link names the question; its form posts to the same address.
  const { survey: asked, score: clicked } = request.query;
  const id = isSurvey(asked) ? asked : SURVEY;
  if (!seen.changes) return { kind: 'survey', survey: id, ...scoreOf(id, clicked) };
  const form = new URLSearchParams(request.body.toString('utf8'));
  const comment = (form.get('comment') ?? '').trim().slice(0, COMMENT_CHARS_MAX);
  const { score } = scoreOf(id, form.get('score') ?? undefined);
  if (score === undefined) {
    return { kind: 'survey', survey: id, missing: true, ...(comment && { comment }) };
  }
  const { customerId, messageId } = seen.token;
  const at = deps.now();
  const answer = ownEvent({
    // A second answer to the same mail is another event about the same occasion: the later one counts.
    id: hashId('feedback', messageId, iso(at)),
    name: 'Feedback Submitted',
    aliasId: customerId,
    at,
    channel: 'email',
    properties: { survey: id, occasion: messageId, score, ...(comment && { comment }) },
  });
  await deps.log.append(answer);
  deps.count('FeedbackSubmitted');
  return { kind: 'thanks' };
}

function scoreOf(survey: SurveyId, text: string | undefined): { score?: number } {
  const { low, high } = SURVEYS[survey];
  const score = text !== undefined && /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  return score >= low && score <= high ? { score } : {};
}
