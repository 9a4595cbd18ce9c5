/** What mails may say: the schema of each kind of journey, and the reference that marketers read. */
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mailVariables } from '../../functions/app/mail-variables.ts';
import { planned } from '../../functions/domain/ledger.ts';
import { ABOUT, type About } from '../../functions/domain/journeys/check-condition.ts';
import { mailSchema, variablesReference } from '../../infra/templates/variables.ts';
import { VARIABLES_FILE } from '../../infra/write-variables.ts';
import { Drive } from '../builders/drive.ts';
import * as build from '../builders/events.ts';
import { plannedMessage } from '../builders/ledger.ts';
import { policy } from '../builders/policy.ts';
import { PEOPLE, sampleFor, SETTINGS } from './samples.ts';

const ABOUTS = [...new Set(Object.values(ABOUT))];
/** Groups that only mails about something have. */
const OWN: { [group: string]: About } = {
  order: 'order',
  cart: 'cart',
  product: 'product',
  reorder: 'product',
  feedback: 'feedback',
};
const sampleAbout = (about: About | undefined, name: string | null | undefined) =>
  Object.fromEntries(
    Object.entries(sampleFor(name)).filter(([group]) => !OWN[group] || OWN[group] === about),
  );

it('the reference is the one that is made from the list; else run node infra/write-variables.ts', () => {
  expect(readFileSync(VARIABLES_FILE, 'utf8')).toBe(variablesReference());
});

describe('the schema of a kind of journey', () => {
  it('knows every sample, of every kind and for every recipient', () => {
    for (const about of ABOUTS) {
      for (const name of Object.values(PEOPLE)) {
        const result = mailSchema(about).safeParse(sampleAbout(about, name));
        expect(result.error?.issues).toBeUndefined();
      }
    }
  });

  it('refuses names that are in no reference, and what other journeys are about', () => {
    const sample = sampleAbout('order', 'Rūta');
    const refused = (change: object) => mailSchema('order').safeParse({ ...sample, ...change });
    expect(refused({}).success).toBe(true);
    expect(refused({ custmer: {} }).success).toBe(false);
    expect(refused({ cart: { id: 'c' } }).success).toBe(false);
    expect(refused({ order: { id: 'a', colour: 'red' } }).success).toBe(false);
    expect(refused({ shop: { name: 'x' } }).success).toBe(false);
  });

  it('knows what a mail is really rendered with', () => {
    const text = fc.string({ unit: 'binary', maxLength: 90 });
    fc.assert(
      fc.property(text, text, (firstName, product) => {
        const order = build.orderCompleted({ products: [build.product('P', { name: product })] });
        const { customer } = new Drive(policy([])).fold(
          build.identify({ traits: { firstName } }),
          order,
        );
        const message = planned(
          plannedMessage({ subject: { kind: 'order', id: order.properties['orderId'] as string } }),
          'op',
        );
        const links = {
          unsubscribe: 'https://a.lt/u',
          survey: 'https://a.lt/s',
          preferences: 'https://a.lt/p',
        };
        const source = { customer, message, event: order, settings: SETTINGS, links };
        const result = mailSchema('order').safeParse(mailVariables(source));
        expect(result.error?.issues).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });
});
