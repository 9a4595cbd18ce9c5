/** Numbers of one step, in words. */
import { count, REASONS } from '../../local/web/words.ts';
import type { ReasonCode } from '../../../functions/contract/reasons.ts';
import type { StepFigures } from '../deps.ts';

export type FiguresOf = (step: string | undefined) => StepFigures | undefined;

/** Of the steps of one journey; steps of which nothing is known have none. */
export function figuresOf(journey: string, figures: readonly StepFigures[]): FiguresOf {
  const own = new Map(
    figures.filter((each) => each.journey === journey).map((each) => [each.step, each]),
  );
  return (step) => (step === undefined ? undefined : own.get(step));
}

/** Short lines for the picture: what was meant to go, and what became of it. */
export function figureLines({ planned, sent, suppressed, clicked }: StepFigures): string[] {
  const share = sent > 0 ? ` (${Math.round((clicked / sent) * 100)}%)` : '';
  return [
    `${count(sent)} sent of ${count(planned)}`,
    `${count(clicked)} clicked${share}`,
    ...(suppressed > 0 ? [`${count(suppressed)} not sent`] : []),
  ];
}

/** Why mails were not sent, the most frequent reason first. */
export const reasonLines = ({ reasons = {} }: StepFigures): string[] =>
  Object.entries(reasons)
    .sort(([, a], [, b]) => b - a)
    .map(([code, number]) => `${count(number)}: ${REASONS[code as ReasonCode] ?? code}`);
