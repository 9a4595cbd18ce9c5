import type { Texts } from '../texts.ts';

/** Names of shops stand in apposition, which needs no case of their own. */
export const lithuanian: Texts = {
  topics: { offers: 'pasiūlymai', feedback: 'prašymai įvertinti', reminders: 'priminimai' },
  leaveTitle: 'Atsisakyti laiškų',
  leaveAskAll: (shop) => `Ar parduotuvė „${shop}“ turėtų nebesiųsti Jums reklaminių laiškų?`,
  leaveAsk: (shop) => `Ko parduotuvė „${shop}“ turėtų Jums nebesiųsti?`,
  leaveAll: 'Visų reklaminių laiškų',
  leaveOnly: (topic) => `Tik šių laiškų: ${topic}`,
  leaveButton: 'Atsisakyti',
  leftTitle: 'Laiškų atsisakėte',
  leftAll: (shop) => `Parduotuvė „${shop}“ Jums nebesiųs reklaminių laiškų.`,
  leftOnly: (topic) => `Šių laiškų daugiau negausite: ${topic}.`,
  leftOrders: 'Laiškus apie savo užsakymus gausite ir toliau. Šį puslapį galite uždaryti.',
  surveyTitle: { nps: 'Kaip mums sekėsi?', csat: 'Kaip mums sekėsi?', 'yes-no': 'Jūsų atsakymas' },
  surveyAsk: {
    nps: (shop) =>
      `Kiek tikėtina, kad parduotuvę „${shop}“ rekomenduotumėte draugams ar pažįstamiems?`,
    csat: (shop) => `Kaip vertinate parduotuvę „${shop}“?`,
    'yes-no': (shop) => `Jūsų atsakymas parduotuvei „${shop}“:`,
  },
  surveyEnds: {
    nps: ['visai netikėtina', 'labai tikėtina'],
    csat: ['labai prastai', 'labai gerai'],
    'yes-no': ['Ne', 'Taip'],
  },
  surveyComment: 'Gal norėtumėte ką nors pridurti? (neprivaloma)',
  surveyMissing: 'Pasirinkite atsakymą.',
  surveyButton: 'Siųsti',
  thanksTitle: 'Ačiū',
  thanks: 'Jūsų atsakymas išsaugotas. Šį puslapį galite uždaryti.',
  brokenTitle: 'Ši nuoroda neveikia',
  broken: 'Galbūt ji nukirpta. Spustelėkite nuorodą pačiame laiške.',
  expired: 'Ji per sena. Niekas nepakeista.',
};
