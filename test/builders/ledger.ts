/** A message, a journey, a policy and a customer who may be mailed: what tests of the ledger start from. */
import type { Journey, Policy } from '../../functions/contract/journeys.ts';
import type { PlannedMessage } from '../../functions/contract/messages.ts';
import { settingsSchema, type SettingsInput } from '../../functions/contract/settings.ts';
import { DAY_MS } from '../../functions/contract/time.ts';
import { type Customer, emptyCustomer } from '../../functions/domain/customer.ts';

/** A Wednesday at noon in Vilnius: outside of quiet hours. */
export const NOON = Date.parse('2026-06-10T09:00:00.000Z');

export const plannedMessage = (change: Partial<PlannedMessage> = {}): PlannedMessage => ({
  id: 'message-1',
  customerId: 'customer-1',
  journey: 'post-purchase',
  step: 'thank-you',
  occasion: 'order A-1',
  template: 'post-purchase/thank-you',
  purpose: 'marketing',
  topic: 'offers',
  release: 'release-1',
  subject: { kind: 'order', id: 'A-1' },
  startedAt: NOON - DAY_MS,
  plannedAt: NOON,
  expiresAt: NOON + 7 * DAY_MS,
  ...change,
});

export const ledgerJourney = (change: Partial<Journey> = {}): Journey => ({
  id: 'post-purchase',
  trigger: 'Order Completed',
  oncePer: 'order',
  cancelOn: [],
  priority: 50,
  purpose: 'marketing',
  topic: 'offers',
  mode: 'live',
  holdout: 0,
  measured: true,
  expiresMs: 7 * DAY_MS,
  steps: [
    {
      kind: 'send',
      id: 'thank-you',
      template: 'post-purchase/thank-you',
      purpose: 'marketing',
      topic: 'offers',
      priority: 50,
      measured: true,
    },
  ],
  ...change,
});

export const ledgerPolicy = (
  settings: Partial<SettingsInput> = {},
  journeys: Journey[] = [ledgerJourney()],
): Policy => ({
  release: 'release-1',
  journeys,
  settings: settingsSchema.parse({
    shop: {
      name: 'Amber & Oak',
      zone: 'Europe/Vilnius',
      country: 'LT',
      currency: 'EUR',
      address: '1 High Street, Vilnius',
      url: 'https://shop.example.com',
    },
    sender: {
      from: 'hello@shop.example.com',
      fromName: 'Amber & Oak',
      replyTo: 'care@shop.example.com',
    },
    ...settings,
  }),
});

/** With an address, consent, and the order that the message is about. */
export function reachableCustomer(id = 'customer-1'): Customer {
  const customer = emptyCustomer(id);
  const at = NOON - 2 * DAY_MS;
  return {
    ...customer,
    version: 1,
    facts: {
      ...customer.facts,
      profile: { email: ['ruta@example.com', at] },
      orders: [{ id: 'A-1', placed: { at }, total: 5900, currency: 'EUR' }],
      consent: { given: [{ at, topic: '*' }], withdrawn: [] },
    },
  };
}
