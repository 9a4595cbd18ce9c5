/** Journeys and policies for tests, with the same conditions in Liquid that marketers write. */
import type { Condition } from '../../functions/contract/conditions.ts';
import type { Journey, Policy, Step, WaitOption } from '../../functions/contract/journeys.ts';
import type { Topic } from '../../functions/contract/messages.ts';
import { settingsSchema, type SettingsInput } from '../../functions/contract/settings.ts';
import { DAY_MS } from '../../functions/contract/time.ts';
import { parseCondition } from '../../functions/domain/journeys/conditions.ts';

/** A parsed condition; a broken one fails the test. */
export function when(text: string): Condition {
  const parsed = parseCondition(text);
  if (!parsed.ok)
    throw new Error(`${text}: got ${parsed.error.got}, wanted ${parsed.error.wanted}`);
  return parsed.condition;
}

type Send = Partial<Step & { kind: 'send' }>;
export const send = (id: string, more: Send = {}): Step => ({
  kind: 'send',
  id,
  template: `test/${id}`,
  purpose: 'marketing',
  topic: 'offers',
  priority: 50,
  measured: false,
  ...more,
});
export const wait = (id: string, ms: number, ...first: WaitOption[]): Step => ({
  kind: 'wait',
  id,
  options: [...first, { ms }],
});

/** `then` and `otherwise` are places in the list of steps. */
export const branch = (id: string, text: string, then: number, otherwise: number): Step =>
  // oxlint-disable-next-line unicorn/no-thenable -- the contract's word; nothing awaits it.
  ({ kind: 'branch', id, when: when(text), then, otherwise });

/** A journey that sends once a minute after an order, to everyone; no holdout. */
export const journey = (more: Partial<Journey> = {}): Journey => ({
  id: 'thanks',
  trigger: 'Order Completed',
  oncePer: 'order',
  cancelOn: [],
  priority: 50,
  purpose: 'marketing',
  topic: 'offers' as Topic,
  mode: 'live',
  holdout: 0,
  measured: false,
  expiresMs: 14 * DAY_MS,
  steps: [send('mail')],
  ...more,
});

export const settings = (more: Partial<SettingsInput> = {}) =>
  settingsSchema.parse({
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
      replyTo: 'hello@shop.example.com',
    },
    ...more,
  });

/** No gaps, caps or quiet hours: for tests about something else. */
export const AT_ONCE: Partial<SettingsInput> = {
  pace: { gapHours: 0, perDay: 10, perWeek: 30 },
  quietHours: { start: '00:00', end: '00:00' },
};

export const policy = (
  journeys: Journey[] = [journey()],
  more: Partial<SettingsInput> = {},
): Policy => ({ release: 'r1', journeys, settings: settings(more) });
