/** docs/privacy.md says where things lie and how long; the code has the last word. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as keys from '../../../functions/contract/keys.ts';
import {
  BASKETS_DAYS,
  logTtl,
  modelPartTtl,
  rejectTtl,
} from '../../../functions/contract/retention.ts';
import { DAY_MS } from '../../../functions/contract/time.ts';
import * as build from '../../builders/events.ts';
import { T0 } from '../../builders/events.ts';

const doc = readFileSync('docs/privacy.md', 'utf8');
const rows = doc.split('\n').filter((line) => line.startsWith('| '));
/** The row of the table that begins with these words. */
const rowOf = (begins: string): string =>
  rows.find((line) => line.startsWith(`| ${begins}`)) ?? `no row ${begins}`;
const days = (ttl: number): string => `${Math.round((ttl * 1000 - T0) / DAY_MS)} days`;

describe('the table of what is held', () => {
  it.each([
    ['orders', build.orderCompleted()],
    ['orders', build.orderShipped()],
    ['consents', build.consentGiven()],
    ['consents', build.consentWithdrawn()],
    ['consents', build.identify({ traits: { marketingConsent: true } })],
    ['other identifies', build.event('identify', {}, { profile: { firstName: 'R' } })],
    ['other identifies', build.feedbackSubmitted()],
    ['other identifies', build.emailBounced()],
    ['views', build.event('Product Viewed', {})],
    ['views', build.event('Email Opened', {})],
    ['views', build.event('Product Added', {})],
  ])('says how long the log keeps: %s', (row, event) => {
    expect(rowOf(row)).toContain(days(logTtl(event)));
  });

  it('says how long other rows are kept', () => {
    expect(rowOf('baskets')).toContain(`${BASKETS_DAYS} days`);
    expect(rowOf('refused')).toContain(days(rejectTtl(T0)));
    expect(rowOf('counted')).toContain(days(modelPartTtl(T0)));
  });

  it('names every kind of row that belongs to a customer, and the shared ones beside', () => {
    const kept = [
      keys.logKey('a', 's', 'm'),
      keys.stateKey('a'),
      keys.gateKey('a'),
      keys.messageKey('a', 'm'),
      keys.decisionKey('a', T0, 'c'),
    ];
    for (const { sk } of kept) expect(doc).toContain(`\`${sk.replace(/#.*/, '#…')}\``);
    const shared = [keys.rejectKey(T0, 'r'), keys.basketsKey('2026-01-05', 'b')];
    for (const { pk } of shared) expect(doc).toContain(`\`${pk.replace(/#.*/, '#…')}\``);
  });
});
