/** The questions that mails ask and pages take answers to. */
export type Scale = {
  low: number;
  high: number;
  /** At most so much is a bad answer: offers pause. None where an answer is neither good nor bad. */
  bad?: number;
  /** At least so much is a good one. */
  good?: number;
};

export const SURVEYS = {
  /** How likely are you to recommend us? NPS: 0 to 6 are detractors. */
  nps: { low: 0, high: 10, bad: 6, good: 9 },
  /** How satisfied are you? CSAT: 4 and 5 are satisfied. */
  csat: { low: 1, high: 5, bad: 2, good: 4 },
  /** How easy was it? CES: 5 to 7 agree that it was. */
  ces: { low: 1, high: 7, bad: 3, good: 5 },
  /** One click: no or yes, to whatever the mail asked. */
  'yes-no': { low: 0, high: 1 },
} as const satisfies Record<string, Scale>;
export type SurveyId = keyof typeof SURVEYS;

/** Where a link or an event names none. */
export const SURVEY: SurveyId = 'nps';

export const isSurvey = (name: string | undefined): name is SurveyId =>
  name !== undefined && Object.hasOwn(SURVEYS, name);

/** A survey that is none of ours (a shop may send its own) is taken for one from 0 to 10. */
const scaleOf = (survey: string): Scale => SURVEYS[isSurvey(survey) ? survey : SURVEY];

/** True where answers are told from 0 to 10. */
export const isTenScale = (survey: string): boolean => scaleOf(survey).high === 10;

/** After it, offers pause: first mend, then sell. */
export const isBadAnswer = ({ survey, score }: { survey: string; score: number }): boolean =>
  score <= (scaleOf(survey).bad ?? Number.NEGATIVE_INFINITY);

export type AnswerKind = 'good' | 'middle' | 'bad' | 'open';

/** Promoter, passive or detractor, and what answers them on other scales; `open` where no answer is either. */
export function answerKind({ survey, score }: { survey: string; score: number }): AnswerKind {
  const { bad, good } = scaleOf(survey);
  if (bad === undefined || good === undefined) return 'open';
  if (score <= bad) return 'bad';
  return score >= good ? 'good' : 'middle';
}
