/** Segment's calls as an import makes them, and what was left out on the way. */
import { address } from '../../functions/contract/event-profile.ts';
import { hashId } from '../../functions/contract/ids.ts';
import { type Instant, iso } from '../../functions/contract/time.ts';
import { textOf } from './cells.ts';

/** One of Segment's calls: goes through the same parser as those that come by HTTP. */
export type Call = {
  type: 'track' | 'identify';
  event?: string;
  messageId: string;
  timestamp: string;
  userId?: string;
  context: { mode: 'history'; traits?: { [name: string]: unknown } };
  traits?: { [name: string]: unknown };
  properties?: { [name: string]: unknown };
};

/** What a row of the file comes to. `row` is where it (or the first of its rows) stands. */
export type Item = { row: number; call: Call } | { row: number; reason: string };

export type Who = { userId?: string; email?: string };

/** By the shop's own id, by the address, or by both. An address in the id's column is an address. */
export function whoOf(customer: unknown, email: unknown): Who | undefined {
  const told = customer === undefined ? '' : textOf(customer).trim();
  const mail = address(email) ?? address(told);
  const userId = told !== '' && address(told) === undefined ? told : undefined;
  if (userId === undefined && mail === undefined) return undefined;
  return { ...(userId !== undefined && { userId }), ...(mail !== undefined && { email: mail }) };
}

export const WHO_WANTED = 'customer_id or email: wanted an id or an address';

type About = { who: Who; at: Instant; traits?: { [name: string]: unknown } };

/** The same content has the same id, so that a file imported twice, or cut off and begun again, adds nothing. */
const idOf = (parts: unknown): string => `import-${hashId('import', JSON.stringify(parts))}`;

export function track(
  event: string,
  { who, at, traits = {} }: About,
  properties: { [name: string]: unknown },
): Call {
  const known = { ...(who.email !== undefined && { email: who.email }), ...traits };
  return {
    type: 'track',
    event,
    messageId: idOf([event, who, at, known, properties]),
    timestamp: iso(at),
    ...(who.userId !== undefined && { userId: who.userId }),
    context: { mode: 'history', ...(Object.keys(known).length > 0 && { traits: known }) },
    properties,
  };
}

export function identify({ who, at, traits = {} }: About): Call {
  const told = { ...(who.email !== undefined && { email: who.email }), ...traits };
  return {
    type: 'identify',
    messageId: idOf(['identify', who, at, told]),
    timestamp: iso(at),
    ...(who.userId !== undefined && { userId: who.userId }),
    context: { mode: 'history' },
    traits: told,
  };
}
