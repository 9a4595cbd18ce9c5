/** What is pressed on a page, as the last look before a mail goes sees it. */
import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../functions/contract/time.ts';
import { profileOf } from '../../functions/domain/customer.ts';
import { FREE_CONTROLS, judge } from '../../functions/domain/judge.ts';
import { ledgerJourney, ledgerPolicy, plannedMessage } from '../builders/ledger.ts';
import { CUSTOMER, NOW, pagesWorld, post, SHOP, token, valuesOf } from '../builders/pages-world.ts';

/** Noon on the day after, out of the quiet hours: a mail of each topic that waits since before. */
function waiting() {
  const all = pagesWorld(SHOP, false);
  const verdict = (topic: 'offers' | 'feedback', now = NOW + DAY_MS, purpose = 'marketing') =>
    judge(
      plannedMessage({
        customerId: CUSTOMER,
        topic,
        purpose: purpose as 'marketing',
        plannedAt: NOW,
        startedAt: NOW,
        expiresAt: NOW + 90 * DAY_MS,
      }),
      all.gate(),
      all.customer(),
      ledgerPolicy({}, [ledgerJourney()]),
      FREE_CONTROLS,
      now,
    );
  return { ...all, verdict };
}
const leave = `/u/${token()}`;
const preferences = `/p/${token({ purpose: 'preferences' })}`;
const ALL = 'topic=offers&topic=feedback&topic=reminders';

describe('a mail that waits', () => {
  it('stops when its customer leaves, and goes again after undo', async () => {
    const { call, happened, verdict } = waiting();
    await happened('Consent Given', { source: 'checkout' });
    expect(verdict('offers')).toEqual({ go: true });
    const { body } = await call(post(leave, 'List-Unsubscribe=One-Click'));
    expect(verdict('offers')).toEqual({ suppress: { code: 'consent-withdrawn' } });
    expect(verdict('feedback')).toEqual({ suppress: { code: 'consent-withdrawn' } });
    await call(post(leave, `do=undo&undo=${valuesOf(body, 'undo')[0]}`));
    expect(verdict('offers')).toEqual({ go: true });
  });

  it('goes after leaving only where its topic was kept', async () => {
    const { call, happened, verdict } = waiting();
    await happened('Consent Given', { source: 'checkout' });
    const { body } = await call(post(leave, ''));
    await call(post(leave, `do=keep&topic=feedback&undo=${valuesOf(body, 'undo')[0]}`));
    expect(verdict('feedback')).toEqual({ go: true });
    expect(verdict('offers')).toMatchObject({ suppress: { code: 'consent-withdrawn' } });
  });

  it('waits on while its customer pauses, unless it is about an order, and then goes', async () => {
    const { call, happened, verdict, customer } = waiting();
    await happened('Consent Given', { source: 'checkout' });
    await call(post(preferences, `${ALL}&pause=start`));
    const [until = 0] = customer().facts.preferences?.pausedUntil ?? [];
    expect(verdict('offers')).toEqual({
      putBack: until,
      reason: { code: 'deferred-own-pause', until },
    });
    expect(verdict('offers', NOW + DAY_MS, 'transactional')).toEqual({ go: true });
    expect(verdict('offers', NOW + 31 * DAY_MS)).toEqual({ go: true });
    await call(post(preferences, `${ALL}&pause=end`));
    expect(verdict('offers')).toEqual({ go: true });
  });

  it('is written in the language that was chosen, whatever the shop says later', async () => {
    const { call, customer } = waiting();
    await call(post(preferences, `${ALL}&language=ar`));
    const facts = { ...customer().facts };
    facts.profile = { ...facts.profile, locale: ['en-US', NOW + DAY_MS] };
    expect(profileOf({ ...customer(), facts }).locale).toBe('ar');
  });
});
