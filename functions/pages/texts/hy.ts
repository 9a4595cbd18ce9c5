import type { Texts } from '../texts.ts';

/** Names of shops stand in quotes before the word that is declined for them. */
export const armenian: Texts = {
  topics: {
    offers: 'առաջարկներ',
    feedback: 'գնահատման խնդրանքներ',
    reminders: 'հիշեցումներ',
  },
  leaveTitle: 'Հրաժարվել նամակներից',
  leaveAskAll: (shop) =>
    `Ցանկանո՞ւմ եք, որ «${shop}» խանութն այլևս գովազդային նամակներ չուղարկի Ձեզ։`,
  leaveAsk: (shop) => `Ի՞նչ չպետք է այլևս ուղարկի Ձեզ «${shop}» խանութը։`,
  leaveAll: 'Ոչ մի գովազդային նամակ',
  leaveOnly: (topic) => `Միայն սրանք՝ ${topic}`,
  leaveButton: 'Հրաժարվել',
  leftTitle: 'Դուք հրաժարվել եք նամակներից',
  leftAll: (shop) => `«${shop}» խանութն այլևս գովազդային նամակներ չի ուղարկի Ձեզ։`,
  leftOnly: (topic) => `Այլևս չեք ստանա հետևյալը՝ ${topic}։`,
  leftOrders: 'Ձեր պատվերների մասին նամակները կստանաք նաև այսուհետ։ Կարող եք փակել այս էջը։',
  surveyTitle: {
    nps: 'Գո՞հ եք մեր աշխատանքից',
    csat: 'Գո՞հ եք մեր աշխատանքից',
    'yes-no': 'Ձեր պատասխանը',
  },
  surveyAsk: {
    nps: (shop) => `Որքա՞ն հավանական է, որ «${shop}» խանութը խորհուրդ կտաք Ձեր ընկերներին։`,
    csat: (shop) => `Որքանո՞վ եք գոհ «${shop}» խանութից։`,
    'yes-no': (shop) => `Ձեր պատասխանը «${shop}» խանութին՝`,
  },
  surveyEnds: {
    nps: ['ամենևին հավանական չէ', 'շատ հավանական է'],
    csat: ['ամենևին գոհ չեմ', 'շատ գոհ եմ'],
    'yes-no': ['Ոչ', 'Այո'],
  },
  surveyComment: 'Կցանկանայի՞ք որևէ բան ավելացնել (պարտադիր չէ)',
  surveyMissing: 'Խնդրում ենք ընտրել պատասխան։',
  surveyButton: 'Ուղարկել',
  thanksTitle: 'Շնորհակալություն',
  thanks: 'Ձեր պատասխանը պահպանված է։ Կարող եք փակել այս էջը։',
  brokenTitle: 'Այս հղումը չի գործում',
  broken: 'Հնարավոր է՝ այն կիսատ է։ Խնդրում ենք սեղմել նամակի մեջ եղած հղումը։',
  expired: 'Այն չափազանց հին է։ Ոչինչ չի փոխվել։',
};
