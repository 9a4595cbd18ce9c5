/** The handler of the public pages over a log in memory; customers are what that log says of them. */
import { memoryLog } from '../../functions/adapters/memory/log.ts';
import type { Gate } from '../../functions/contract/messages.ts';
import { type LinkToken, signToken } from '../../functions/contract/tokens.ts';
import { type Customer, emptyCustomer } from '../../functions/domain/customer.ts';
import { mergeEvent } from '../../functions/domain/facts/merge.ts';
import { openGate } from '../../functions/domain/gate.ts';
import { createHandler } from '../../functions/handlers/pages.ts';
import { ownEvent } from '../../functions/contract/own-events.ts';
import { type HttpInput, httpEvent, lambdaContext } from './http-events.ts';
import { settings } from './policy.ts';

export const NOW = Date.UTC(2026, 5, 1, 12);
export const SECRETS = { current: 's'.repeat(32) };
export const CUSTOMER = 'customer00000000000000';

export const token = (more: Partial<LinkToken> = {}): string =>
  signToken({ purpose: 'unsubscribe', customerId: CUSTOMER, messageId: 'm-1', ...more }, SECRETS);

export const page = (path: string, more: Partial<HttpInput> = {}): HttpInput => ({
  path,
  params: { token: path.split('/').at(-1) ?? '' },
  ...more,
});
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
export const post = (path: string, body: string, query = {}): HttpInput =>
  page(path, { method: 'POST', headers: FORM, body: Buffer.from(body), query });

export const SHOP = { name: 'Amber & Oak <i>', locale: 'en-GB', zone: 'Europe/Vilnius' };

/** The clock goes on by a millisecond with every question. */
export function pagesWorld(shop = SHOP, assumeConsent = true) {
  const gates = new Map<string, Gate>();
  const log = memoryLog(gates);
  let now = NOW;
  const events = () => [...log.rows.values()].map(({ event }) => event);
  const customer = (): Customer => {
    const known = emptyCustomer(CUSTOMER);
    known.facts.profile = { email: ['ann@example.com', 0], locale: ['en-GB', 0] };
    for (const event of events()) {
      const facts = mergeEvent(known.facts, CUSTOMER, event);
      if (facts !== 'rebuild') known.facts = facts;
    }
    return known;
  };
  const gate = () => gates.get(CUSTOMER) ?? openGate(CUSTOMER);
  const deps = {
    log: log.writer,
    people: { look: async () => ({ customer: customer(), gate: gate() }) },
    bases: () => ({ ...settings(), assumeConsent }),
    secrets: SECRETS,
    now: () => (now += 1),
    count: () => undefined,
    shop: () => shop,
  };
  const handler = createHandler(deps);
  const call = async (input: HttpInput) => {
    const { statusCode, headers, body } = await handler(httpEvent(input), lambdaContext);
    return { status: statusCode, headers, body: String(body) };
  };
  const happened = async (name: string, properties: { [name: string]: unknown }) => {
    const at = deps.now();
    const own = { id: `own ${at}`, name, aliasId: CUSTOMER, at, channel: 'system' as const };
    await log.writer.append(ownEvent({ ...own, properties }));
  };
  return {
    call,
    events,
    gates,
    customer,
    gate,
    deps,
    happened,
    pass: (ms: number) => void (now += ms),
    clock: () => now,
  };
}

/** Every value that a form field of this name has on the page. */
export const valuesOf = (body: string, name: string): string[] =>
  [...body.matchAll(new RegExp(`name="${name}" value="([^"]*)"`, 'g'))].map(
    ([, value]) => value ?? '',
  );
