/** The kernel as it runs live, for replay: pure code and nothing else. */
import type { CustomerEvent } from '../../contract/events.ts';
import type { Gate } from '../../contract/messages.ts';
import { emptyCustomer } from '../../domain/customer.ts';
import { decide, rebuildFacts } from '../../domain/decide.ts';
import { addSoftBounce, suppress, withdraw } from '../../domain/gate.ts';
import { FREE_CONTROLS, judge } from '../../domain/judge.ts';
import type { Kernel } from '../replay.ts';

/** What an event narrows in the gate when it is stored; the same gate where it narrows nothing. */
export function narrow(gate: Gate, event: CustomerEvent): Gate {
  const at = Math.min(event.occurredAt, event.receivedAt);
  const { id, name, properties } = event;
  if (!event.verified) return gate;
  if (name === 'Consent Withdrawn') {
    const source = String(properties['source'] ?? 'api');
    return withdraw(gate, String(properties['topic'] ?? '*'), { at, id, source });
  }
  if (name === 'identify' && event.profile?.marketingConsent === false) {
    return withdraw(gate, '*', { at, id, source: 'identify' });
  }
  if (name === 'Email Marked as Spam') return suppress(gate, 'complaint', at);
  if (name !== 'Email Bounced') return gate;
  if (properties['bounceType'] === 'Permanent') return suppress(gate, 'hard-bounce', at);
  return properties['bounceType'] === 'Transient' ? addSoftBounce(gate, id, at) : gate;
}

/** Nobody pauses a replay, and no quota ends. */
export const KERNEL: Kernel = {
  empty: emptyCustomer,
  decide,
  rebuildFacts,
  narrow,
  judge: (message, gate, customer, policy, now) =>
    judge(message, gate, customer, policy, FREE_CONTROLS, now),
};
