import type { Texts } from '../texts.ts';

/** Names of shops stand in brackets or at the end, where they need no suffix. */
export const hungarian: Texts = {
  topics: { offers: 'ajánlatok', feedback: 'véleménykérések', reminders: 'emlékeztetők' },
  leaveTitle: 'Leiratkozás',
  leaveAskAll: (shop) => `Ne küldjünk Önnek több reklámlevelet? (${shop})`,
  leaveAsk: (shop) => `Mit ne küldjünk Önnek a jövőben? (${shop})`,
  leaveAll: 'Az összes reklámlevelet',
  leaveOnly: (topic) => `Csak ezeket: ${topic}`,
  leaveButton: 'Leiratkozom',
  leftTitle: 'Sikeresen leiratkozott',
  leftAll: (shop) => `Nem küldünk Önnek több reklámlevelet. (${shop})`,
  leftOnly: (topic) => `Ezeket a leveleket többé nem kapja meg: ${topic}.`,
  leftOrders:
    'A saját rendeléseiről szóló leveleket továbbra is megkapja. Ezt az oldalt bezárhatja.',
  surveyTitle: {
    nps: 'Mennyire elégedett velünk?',
    csat: 'Mennyire elégedett velünk?',
    'yes-no': 'Az Ön válasza',
  },
  surveyAsk: {
    nps: (shop) => `Mennyire valószínű, hogy üzletünket (${shop}) ajánlaná egy barátjának?`,
    csat: (shop) => `Mennyire elégedett üzletünkkel (${shop})?`,
    'yes-no': (shop) => `Az Ön válasza üzletünknek (${shop}):`,
  },
  surveyEnds: {
    nps: ['egyáltalán nem valószínű', 'nagyon valószínű'],
    csat: ['egyáltalán nem elégedett', 'nagyon elégedett'],
    'yes-no': ['Nem', 'Igen'],
  },
  surveyComment: 'Szeretne még valamit elmondani? (nem kötelező)',
  surveyMissing: 'Kérjük, válasszon egyet.',
  surveyButton: 'Küldés',
  thanksTitle: 'Köszönjük',
  thanks: 'A válaszát elmentettük. Ezt az oldalt bezárhatja.',
  brokenTitle: 'Ez a link nem működik',
  broken: 'Lehet, hogy lemaradt a vége. Kérjük, kattintson a levélben lévő linkre.',
  expired: 'Túl régi. Semmi sem változott.',
};
