import type { Texts } from '../texts.ts';

export const english: Texts = {
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
  surveyTitle: { nps: 'How did we do?', csat: 'How did we do?', 'yes-no': 'Your answer' },
  surveyAsk: {
    nps: (shop) => `How likely are you to recommend ${shop} to a friend?`,
    csat: (shop) => `How satisfied are you with ${shop}?`,
    'yes-no': (shop) => `Your answer to ${shop}:`,
  },
  surveyEnds: {
    nps: ['not at all likely', 'very likely'],
    csat: ['not at all satisfied', 'very satisfied'],
    'yes-no': ['No', 'Yes'],
  },
  surveyComment: 'Anything you would like to tell us? (optional)',
  surveyMissing: 'Please choose an answer.',
  surveyButton: 'Send',
  thanksTitle: 'Thank you',
  thanks: 'Your answer is saved. You can close this page.',
  brokenTitle: 'This link does not work',
  broken: 'It may have been cut off. Please use the link in the mail itself.',
  expired: 'It is too old. Nothing was changed.',
};
