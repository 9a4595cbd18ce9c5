import { describe, expect, it } from 'vitest';
import type { Journey, Policy } from '../../../functions/contract/journeys.ts';
import { openGate } from '../../../functions/domain/gate.ts';
import { FREE_CONTROLS, judge } from '../../../functions/domain/judge.ts';
import { planOf } from '../../../functions/domain/wake/plan.ts';
import {
  ledgerJourney,
  ledgerPolicy,
  NOON,
  plannedMessage,
  reachableCustomer,
} from '../../builders/ledger.ts';

/** What is published now, after a release that customers still have mails of. */
const policyOf = (now: readonly Journey[], before: readonly Journey[]): Policy => ({
  ...ledgerPolicy({}, [...now]),
  release: 'now',
  older: [{ release: 'before', journeys: [...before] }],
});
const ask = (policy: Policy, release = 'before') =>
  judge(
    plannedMessage({ release }),
    openGate('customer-1'),
    reachableCustomer(),
    policy,
    FREE_CONTROLS,
    NOON,
  );
const journey = ledgerJourney();

describe('a mail of an older release', () => {
  it('is sent although its journey was taken out since', () => {
    expect(ask(policyOf([], [journey]))).toEqual({ go: true });
  });

  it('is judged by the rules of its own release', () => {
    const strict = ledgerJourney({ cancelOn: [{ event: 'Consent Given' }] });
    const [own, others] = [policyOf([strict], [journey]), policyOf([journey], [strict])];
    expect(planOf(own).journeyOf({ journey: journey.id, release: 'before' })).toBe(journey);
    expect(planOf(others).journeyOf({ journey: journey.id, release: 'before' })).toBe(strict);
    expect(ask(own)).toEqual({ go: true });
  });

  it('stops when its journey is switched off or to shadow now', () => {
    const off = ledgerJourney({ mode: 'off' });
    const shadow = ledgerJourney({ mode: 'shadow' });
    expect(ask(policyOf([off], [journey]))).toEqual({ suppress: { code: 'journey-off' } });
    expect(ask(policyOf([shadow], [journey]))).toEqual({ suppress: { code: 'mode-shadow' } });
  });

  it('of a release that nobody knows is one of the current journey, or of none', () => {
    expect(ask(policyOf([journey], []), 'forgotten')).toEqual({ go: true });
    expect(ask(policyOf([], []), 'forgotten')).toEqual({
      suppress: { code: 'release-gone', release: 'forgotten' },
    });
  });
});
