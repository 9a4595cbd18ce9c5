/** Events that narrow permission: they close the gate before they are answered. */
import type { CustomerEvent } from '../contract/events.ts';
import type { Gate } from '../contract/messages.ts';
import { addSoftBounce, IDENTIFY_SOURCE, suppress, withdraw } from '../domain/gate.ts';
import type { LogWriter, Stored } from './ports.ts';
import type { LoggedEvent } from '../contract/own-events.ts';

/** Every topic at once. */
export const ALL_TOPICS = '*';

/**
 * What an event changes in the gate; `undefined` when nothing. Browser keys are public: anyone could
 * close anyone's gate with one, so their events never do.
 */
export function narrowingOf(event: CustomerEvent): ((gate: Gate) => Gate) | undefined {
  if (!event.verified) return undefined;
  const { id, properties } = event;
  const at = Math.min(event.occurredAt, event.receivedAt);
  switch (event.name) {
    case 'Consent Withdrawn': {
      const topic = typeof properties['topic'] === 'string' ? properties['topic'] : ALL_TOPICS;
      const source = String(properties['source'] ?? 'api');
      return (gate) => withdraw(gate, topic, { at, id, source });
    }
    case 'identify':
      if (event.profile?.marketingConsent !== false) return undefined;
      return (gate) => withdraw(gate, ALL_TOPICS, { at, id, source: IDENTIFY_SOURCE });
    case 'Email Marked as Spam':
      return (gate) => suppress(gate, 'complaint', at);
    case 'Email Bounced':
      if (properties['bounceType'] === 'Permanent') {
        return (gate) => suppress(gate, 'hard-bounce', at);
      }
      return (gate) => addSoftBounce(gate, id, at);
    default:
      return undefined;
  }
}

/** Stores an event; where it narrows permission, together with the gate. */
export function store(log: LogWriter, logged: LoggedEvent): Promise<Stored> {
  const narrowing = narrowingOf(logged.event);
  return narrowing ? log.appendAndNarrow(logged, narrowing) : log.append(logged);
}
