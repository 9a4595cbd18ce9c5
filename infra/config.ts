/**
 * The one file that a shop edits. Each stage is a system of its own: tables, bus, queues, mail domain.
 * Everything left out takes the default that stands, with its reason, in `stage-config.ts` and
 * `functions/contract/settings.ts`. `npm run synth` refuses what cannot work and says why.
 */
import type { Stage, StageInput } from './stage-config.ts';

const shop = {
  name: 'Amber & Oak',
  /** The last resort for quiet hours where neither customer nor country gives a zone. */
  zone: 'Europe/Vilnius',
  country: 'LT',
  currency: 'EUR',
  locale: 'en',
  /** Stands in the foot of each marketing mail; the law wants it there. */
  address: '1 High Street, 01100 Vilnius, Lithuania',
  url: 'https://shop.example.com',
  /** Where customers are invited to review; without it the invitation is not sent. */
  reviewUrl: 'https://reviews.example.com/amber-and-oak',
};

export const stages: Record<Stage, StageInput> = {
  dev: {
    settings: {
      shop,
      sender: {
        from: 'hello@dev.shop.example.com',
        fromName: 'Amber & Oak (dev)',
        replyTo: 'hello@shop.example.com',
      },
    },
    mail: {
      /** Not prod's domain: an account holds each SES identity once, and dev must not spend prod's reputation. */
      domain: 'dev.shop.example.com',
      /** Nobody, until you add your own address. */
      allowList: [],
    },
    /** Long enough to look back over a weekend. */
    logRetentionDays: 7,
  },
  prod: {
    settings: {
      shop,
      sender: {
        from: 'hello@shop.example.com',
        fromName: 'Amber & Oak',
        /** Somebody reads it: answers to a survey or a win-back are the best feedback there is. */
        replyTo: 'hello@shop.example.com',
      },
      /**
       * The first deployment decides and gives reasons, and sends nothing. Read the reasons for a week,
       * then set `goLiveAt` (older occasions never mail), `legalBasesConfirmed` (the day on which the shop
       * confirmed `functions/contract/legal-bases.ts`) and `live`.
       */
      modeCeiling: 'shadow',
    },
    mail: {
      domain: 'shop.example.com',
      /** What the SES console shows once the account has left the sandbox. */
      sendRate: 14,
      /** A new sender that mails thousands on the first day lands in spam: start here and grow. */
      dailyCeilingStart: 200,
      allowList: ['*'],
    },
    links: {
      /** All links of mails: unsubscribe, survey. A host of the shop's own, never `execute-api`. */
      host: 'mail.shop.example.com',
      certificateArn:
        'arn:aws:acm:eu-central-1:111122223333:certificate/00000000-0000-0000-0000-000000000000',
    },
    logRetentionDays: 30,
    alarmEmail: 'owner@shop.example.com',
  },
};
