import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { narrowingOf } from '../../../functions/app/narrow.ts';
import type { CustomerEvent } from '../../../functions/contract/events.ts';
import type { Gate, Topic } from '../../../functions/contract/messages.ts';
import { DAY_MS, HOUR_MS } from '../../../functions/contract/time.ts';
import { permission } from '../../../functions/domain/consent.ts';
import { Drive } from '../../builders/drive.ts';
import * as build from '../../builders/events.ts';
import { CUSTOMER, T0 } from '../../builders/events.ts';
import { policy, settings } from '../../builders/policy.ts';

const NOTHING = policy([]);
const known = (at = T0) =>
  build.identify({ at, traits: { email: 'ruta@example.com' }, id: `k-${at}` });
const silent = build.event('identify', {}, { profile: { email: 'ruta@example.com' } });

/** `ok` or the code of the refusal. */
function ask(events: CustomerEvent[], gate?: Gate, topic: Topic = 'offers', assumeConsent = false) {
  const { customer } = new Drive(NOTHING).fold(...events);
  const answer = permission(
    customer,
    gate,
    { purpose: 'marketing', topic },
    { ...settings(), assumeConsent },
    later(3),
  );
  return answer.ok ? 'ok' : answer.reason.code;
}
const gate = (more: Partial<Gate> = {}): Gate => ({
  customerId: CUSTOMER,
  version: 1,
  withdrawn: {},
  claims: [],
  ...more,
});
const left = (at: number, source = 'link') => ({ at, id: 'w', source });
const later = (hours: number) => T0 + hours * HOUR_MS;

describe('marketing', () => {
  it('needs a basis: an identify or a consent; or the local run that says it takes it as given', () => {
    expect(ask([silent])).toBe('no-consent');
    expect(ask([silent], undefined, 'offers', true)).toBe('ok');
    expect(ask([known()])).toBe('ok');
    expect(ask([silent, build.consentGiven()])).toBe('ok');
  });

  it('is never based on a consent that came with a browser key', () => {
    expect(ask([silent, build.consentGiven({ verified: false })])).toBe('no-consent');
    expect(ask([silent, { ...known(), verified: false }])).toBe('no-consent');
  });

  it('ends with a withdrawal, which only a later Consent Given overrules', () => {
    const gone = build.consentWithdrawn({ at: later(1) });
    expect(ask([known(), gone])).toBe('consent-withdrawn');
    expect(ask([known(), gone, known(later(2))])).toBe('consent-withdrawn');
    expect(ask([known(), gone, build.consentGiven({ at: later(1) })])).toBe('consent-withdrawn');
    expect(ask([known(), gone, build.consentGiven({ at: later(2) })])).toBe('ok');
  });

  it('follows marketing_consent of identify to and fro where nobody withdrew outright', () => {
    const no = { ...known(later(1)), profile: { marketingConsent: false } };
    expect(ask([known(), no])).toBe('consent-withdrawn');
    expect(ask([known(), no, known(later(2))])).toBe('ok');
    expect(ask([silent, no], undefined, 'offers', true)).toBe('consent-withdrawn');
  });

  it('stops by the gate at once, whatever the facts say so far', () => {
    const events = [known(), build.consentGiven({ at: later(1) })];
    expect(ask(events, gate({ withdrawn: { '*': left(later(2)) } }))).toBe('consent-withdrawn');
    expect(ask(events, gate({ withdrawn: { '*': left(T0) } }))).toBe('ok');
    expect(ask(events, gate({ withdrawn: { offers: left(later(2)) } }))).toBe('topic-left');
    const said = gate({ withdrawn: { '*': left(later(2), 'identify') } });
    expect(ask([...events, known(later(3))], said)).toBe('ok');
  });

  it('can be left by topic, and the topic alone be taken up again', () => {
    const events = [known(), build.consentWithdrawn({ topic: 'feedback', at: later(1) })];
    expect(ask(events, undefined, 'feedback')).toBe('topic-left');
    expect(ask(events, undefined, 'offers')).toBe('ok');
    const all = build.consentGiven({ at: later(2) });
    expect(ask([...events, all], undefined, 'feedback')).toBe('topic-left');
    const topic = build.consentGiven({ topic: 'feedback', at: later(2) });
    expect(ask([...events, topic], undefined, 'feedback')).toBe('ok');
    const gone = build.consentWithdrawn({ at: later(1) });
    expect(ask([known(), gone, topic], undefined, 'feedback')).toBe('ok');
    expect(ask([known(), gone, topic], undefined, 'offers')).toBe('consent-withdrawn');
  });

  it('stops at a hard bounce, a complaint, and three transient bounces in thirty days', () => {
    const soft = (day: number) =>
      build.emailBounced({ bounceType: 'Transient', at: T0 + day * DAY_MS });
    expect(ask([known(), build.emailBounced()])).toBe('hard-bounce');
    expect(ask([known(), build.emailComplaint()])).toBe('complaint');
    const undetermined = [0, 1, 2].map((day) =>
      build.event('Email Bounced', { bounceType: 'Undetermined' }, { at: T0 + day * DAY_MS }),
    );
    expect(ask([known(), ...undetermined])).toBe('soft-bounces');
    expect(ask([known(), soft(0), soft(14), soft(30)])).toBe('soft-bounces');
    expect(ask([known(), soft(0), soft(14), soft(31)])).toBe('ok');
    expect(ask([known(), soft(0), soft(14), soft(14)])).toBe('ok');
    for (const code of ['hard-bounce', 'soft-bounces', 'complaint', 'erased'] as const) {
      expect(ask([known()], gate({ suppressed: { code, at: T0 } }))).toBe(code);
    }
  });

  it('stays closed after a complaint, whatever is given later: the gate says the same', () => {
    const events = [known(), build.emailComplaint(), build.consentGiven({ at: later(1) })];
    const narrow = (closed: Gate, event: CustomerEvent) => narrowingOf(event)?.(closed) ?? closed;
    expect(ask(events)).toBe('complaint');
    expect(ask([known()], events.reduce(narrow, gate()))).toBe('complaint');
  });

  it('never goes out on nothing but words of a browser key, in any order', () => {
    const anyWord = fc.constantFrom(
      build.consentGiven({ verified: false, at: later(1) }),
      build.consentGiven({ verified: false, topic: 'offers', at: later(2) }),
      { ...known(later(3)), verified: false },
      build.consentWithdrawn({ at: later(1) }),
      silent,
    );
    fc.assert(
      fc.property(fc.array(anyWord), (events) => {
        expect(ask(events)).not.toBe('ok');
      }),
    );
  });
});

describe('a transactional mail', () => {
  it('needs an address that works, and no consent', () => {
    const may = (events: CustomerEvent[]) => {
      const { customer } = new Drive(NOTHING).fold(...events);
      const what = { purpose: 'transactional', topic: 'offers' } as const;
      return permission(customer, undefined, what, settings(), T0).ok;
    };
    expect(may([])).toBe(false);
    expect(may([silent])).toBe(true);
    expect(may([silent, build.consentWithdrawn(), build.emailComplaint()])).toBe(true);
    expect(may([silent, build.emailBounced()])).toBe(false);
  });
});
