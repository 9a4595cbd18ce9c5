/** Words of the public pages, by language. A language that is not here reads English. */
import type { LeavingReason } from '../app/unsubscribe.ts';
import type { Topic } from '../contract/messages.ts';
import type { AnswerKind, SurveyId } from '../contract/surveys.ts';
import { arabic } from './texts/ar.ts';
import { english } from './texts/en.ts';
import { hungarian } from './texts/hu.ts';
import { armenian } from './texts/hy.ts';
import { lithuanian } from './texts/lt.ts';

export type Texts = {
  topics: Record<Topic, string>;
  leaveTitle: string;
  leaveAskAll(shop: string): string;
  leaveButton: string;
  leftTitle: string;
  leftAll(shop: string): string;
  leftOrders: string;
  /** "Wording" is what people agree to: it is stored as they read it. */
  undoTitle: string;
  undoWording(shop: string): string;
  undoButton: string;
  keepTitle: string;
  topicsWording(shop: string): string;
  keepButton: string;
  backTitle: string;
  backAll(shop: string): string;
  backOnly(topics: string): string;
  whyTitle: string;
  whyOptional: string;
  whyReasons: Record<LeavingReason, string>;
  whyButton: string;
  whyThanks: string;
  closedTitle: string;
  closed: string;
  surveyTitle: Record<SurveyId, string>;
  surveyAsk: Record<SurveyId, (shop: string) => string>;
  /** What the lowest and the highest answer mean. */
  surveyEnds: Record<SurveyId, readonly [string, string]>;
  surveyMissing: string;
  surveyBefore(answer: string): string;
  surveyButton: string;
  savedTitle: string;
  saved(answer: string): string;
  savedAgain(answer: string): string;
  savedChanged(before: string, now: string): string;
  moreAsk: Record<AnswerKind, string>;
  moreOptional: string;
  quoteWording(shop: string): string;
  moreButton: string;
  told: string;
  toldQuoted: string;
  prefTitle: string;
  prefPauseAsk: string;
  prefPauseNone: string;
  prefPauseStart: string;
  prefPauseKeep(date: string): string;
  prefPauseEnd: string;
  prefLanguage: string;
  prefButton: string;
  prefSaved: string;
  prefOrders: string;
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

/** Languages that mails come in, each under its own name. */
export const LANGUAGES = {
  en: 'English',
  lt: 'Lietuvių',
  ar: 'العربية',
  hu: 'Magyar',
  hy: 'Հայերեն',
} as const;

const languageOf = (locale: string): string => locale.split('-')[0] ?? '';

export const isSpoken = (locale: string | undefined): locale is string =>
  locale !== undefined && Object.hasOwn(TEXTS, languageOf(locale));

/** Texts of a locale's language, and the language that they are in. */
export function textsFor(locale: string): { language: string; texts: Texts } {
  const language = languageOf(locale);
  const texts = Object.hasOwn(TEXTS, language) ? TEXTS[language] : undefined;
  return texts ? { language, texts } : { language: 'en', texts: english };
}

/** The language of ours that a locale is in; `undefined` for all others. */
export const spokenOf = (locale: string): string | undefined =>
  isSpoken(locale) ? languageOf(locale) : undefined;
