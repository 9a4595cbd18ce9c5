/** Words of the public pages, by language. A language that is not here reads English. */
import type { Topic } from '../contract/messages.ts';
import type { SurveyId } from '../contract/surveys.ts';
import { arabic } from './texts/ar.ts';
import { english } from './texts/en.ts';
import { hungarian } from './texts/hu.ts';
import { armenian } from './texts/hy.ts';
import { lithuanian } from './texts/lt.ts';

export type Texts = {
  topics: Record<Topic, string>;
  leaveTitle: string;
  /** Where there is only one thing to leave. */
  leaveAskAll(shop: string): string;
  leaveAsk(shop: string): string;
  leaveAll: string;
  leaveOnly(topic: string): string;
  leaveButton: string;
  leftTitle: string;
  leftAll(shop: string): string;
  leftOnly(topic: string): string;
  leftOrders: string;
  surveyTitle: Record<SurveyId, string>;
  surveyAsk: Record<SurveyId, (shop: string) => string>;
  /** What the lowest and the highest answer mean. */
  surveyEnds: Record<SurveyId, readonly [string, string]>;
  surveyComment: string;
  surveyMissing: string;
  surveyButton: string;
  thanksTitle: string;
  thanks: string;
  brokenTitle: string;
  broken: string;
  expired: string;
};

const TEXTS: Readonly<Record<string, Texts>> = {
  en: english,
  lt: lithuanian,
  ar: arabic,
  hu: hungarian,
  hy: armenian,
};

const languageOf = (locale: string): string => locale.split('-')[0] ?? '';

export const isSpoken = (locale: string | undefined): locale is string =>
  locale !== undefined && Object.hasOwn(TEXTS, languageOf(locale));

/** Texts of a locale's language, and the language that they are in. */
export function textsFor(locale: string): { language: string; texts: Texts } {
  const language = languageOf(locale);
  const texts = Object.hasOwn(TEXTS, language) ? TEXTS[language] : undefined;
  return texts ? { language, texts } : { language: 'en', texts: english };
}
