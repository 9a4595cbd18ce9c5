/** Who an event says is the same person. Read from the body each time, so the log needs no more for it. */
import type { EventBody } from './event-schemas.ts';
import { address } from './event-profile.ts';
import type { CustomerEvent } from './events.ts';
import { aliasLink, aliasOfLink } from './ids.ts';

/** Orders name the buyer twice, by the shop's id and by the address. Other events may tell of anybody's. */
const isOrder = (name: string): boolean => name.startsWith('Order ');

/**
 * The event's own alias, then the others that it says are the same person; `undefined` where it says nothing:
 * with a browser key, which is public, of emits, and of events that tell of one alias alone.
 */
export function linksOf(
  event: Pick<CustomerEvent, 'name' | 'aliasId' | 'verified' | 'depth' | 'profile'>,
  body: EventBody,
): string[] | undefined {
  if (!event.verified || event.depth > 0) return undefined;
  const links = [...new Set(said(event.name, body, event.profile?.email))];
  // The own alias was chosen in the same order: user, address, browser.
  const isOwn = links[0] !== undefined && aliasOfLink(links[0]) === event.aliasId;
  return isOwn && links.length > 1 ? links : undefined;
}

function said(name: string, body: EventBody, email: string | undefined): string[] {
  const { userId, anonymousId } = body;
  const user = userId === undefined ? [] : [aliasLink('user', userId)];
  const mail = email === undefined ? [] : [aliasLink('email', email)];
  const browser = anonymousId === undefined ? [] : [aliasLink('anonymous', anonymousId)];
  if (name === 'identify') return [...user, ...mail, ...browser];
  if (isOrder(name)) return [...user, ...mail];
  return name === 'alias' ? [...user, ...before(body)] : [];
}

/**
 * Who somebody was before. Segment does not say which kind of id `previousId` is: a browser's, an earlier id
 * of the shop's, or an address; the same text is never two persons.
 */
function before({ previousId, anonymousId }: EventBody): string[] {
  if (previousId === undefined) return [];
  if (previousId === anonymousId) return [aliasLink('anonymous', previousId)];
  const mail = address(previousId);
  const other = mail ? aliasLink('email', mail) : aliasLink('anonymous', previousId);
  return [aliasLink('user', previousId), other];
}
