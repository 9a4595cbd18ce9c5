/** Sample variables for the mails that ship, from templates/_shared/samples.yaml. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Variables } from '../../functions/contract/conditions.ts';
import { type Settings, settingsSchema } from '../../functions/contract/settings.ts';
import { TEMPLATES_DIR } from '../../infra/build-release.ts';

const { people, ...variables } = parse(
  readFileSync(join(TEMPLATES_DIR, '_shared', 'samples.yaml'), 'utf8'),
) as { people: { [kind: string]: string | null }; customer: Variables; [group: string]: unknown };

/** First names as shops have them, by kind. */
export const PEOPLE = people;

/** What a mail is rendered with for one recipient. */
export const sampleFor = (name: string | null | undefined): Variables => ({
  ...variables,
  customer: { ...variables.customer, ...(name ? { first_name: name } : {}) },
});

export const FORMAT = { locale: 'en-GB', zone: 'Europe/Vilnius', currency: 'EUR' };

export const SETTINGS: Settings = settingsSchema.parse({
  shop: {
    name: 'Amber & Oak',
    zone: 'Europe/Vilnius',
    country: 'LT',
    currency: 'EUR',
    address: '1 High Street, LT-01100 Vilnius, Lithuania',
    url: 'https://shop.example.com/',
    reviewUrl: 'https://reviews.example.com/amber-and-oak',
  },
  sender: {
    from: 'hello@shop.example.com',
    fromName: 'Amber & Oak',
    replyTo: 'hello@shop.example.com',
  },
});
