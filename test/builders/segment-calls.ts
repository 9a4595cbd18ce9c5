/** Calls as Segment's clients send them, and events parsed from them. */
import { parseEvent, type ParseContext } from '../../functions/contract/event-schemas.ts';
import type { CustomerEvent } from '../../functions/contract/events.ts';

export const RECEIVED_AT = Date.UTC(2026, 5, 1, 12);

export const context = (more: Partial<ParseContext> = {}): ParseContext => ({
  receivedAt: RECEIVED_AT,
  currency: 'EUR',
  kind: 'server',
  ...more,
});

export type Call = { [name: string]: unknown };

export const track = (event: string, properties: Call = {}, more: Call = {}): Call => ({
  type: 'track',
  event,
  messageId: 'm-1',
  userId: 'u-1',
  timestamp: '2026-06-01T11:59:00.000Z',
  properties,
  ...more,
});

export const identify = (traits: Call, more: Call = {}): Call => ({
  type: 'identify',
  messageId: 'm-1',
  userId: 'u-1',
  timestamp: '2026-06-01T11:59:00.000Z',
  traits,
  ...more,
});

/** Any other of Segment's calls. */
export const call = (type: string, more: Call): Call => ({
  type,
  messageId: 'm-1',
  userId: 'u-1',
  timestamp: '2026-06-01T11:59:00.000Z',
  ...more,
});

/** The event of a call that must parse. */
export function parsed(call: unknown, more: Partial<ParseContext> = {}): CustomerEvent {
  const read = parseEvent(call, context(more));
  if (!read.ok) throw new Error(`refused: ${JSON.stringify(read.reason)}`);
  return read.event;
}

/** The refusal of a call that must not. */
export function refusal(call: unknown, more: Partial<ParseContext> = {}) {
  const read = parseEvent(call, context(more));
  if (read.ok) throw new Error(`accepted as ${read.event.name}`);
  return read.reason;
}
