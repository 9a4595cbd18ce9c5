/** Words of the public pages, by language. A language that is not here reads English. */
import type { Topic } from '../contract/messages.ts';

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
  surveyTitle: string;
  surveyAsk(shop: string): string;
  surveyLow: string;
  surveyHigh: string;
  surveyComment: string;
  surveyMissing: string;
  surveyButton: string;
  thanksTitle: string;
  thanks: string;
  brokenTitle: string;
  broken: string;
  expired: string;
};

const english: Texts = {
  topics: { offers: 'offers', feedback: 'feedback requests', reminders: 'reminders' },
  leaveTitle: 'Unsubscribe',
  leaveAskAll: (shop) => `Should ${shop} stop sending you marketing mail?`,
  leaveAsk: (shop) => `What should ${shop} stop sending you?`,
  leaveAll: 'All marketing mail',
  leaveOnly: (topic) => `Only ${topic}`,
  leaveButton: 'Unsubscribe',
  leftTitle: 'You are unsubscribed',
  leftAll: (shop) => `${shop} will send you no more marketing mail.`,
  leftOnly: (topic) => `You will get no more ${topic}.`,
  leftOrders: 'Mail about your own orders still reaches you. You can close this page.',
  surveyTitle: 'How did we do?',
  surveyAsk: (shop) => `How likely are you to recommend ${shop} to a friend?`,
  surveyLow: '0: not at all likely',
  surveyHigh: '10: extremely likely',
  surveyComment: 'Anything you would like to tell us? (optional)',
  surveyMissing: 'Please choose a number from 0 to 10.',
  surveyButton: 'Send',
  thanksTitle: 'Thank you',
  thanks: 'Your answer is saved. You can close this page.',
  brokenTitle: 'This link does not work',
  broken: 'It may have been cut off. Please use the link in the mail itself.',
  expired: 'It is too old. Nothing was changed.',
};

const TEXTS: Readonly<Record<string, Texts>> = { en: english };

/** Texts of a locale's language, and the language that they are in. */
export function textsFor(locale: string): { language: string; texts: Texts } {
  const language = locale.split('-')[0] ?? 'en';
  const texts = TEXTS[language];
  return texts ? { language, texts } : { language: 'en', texts: english };
}
