/** The shop of the fault test: two small journeys, no quiet hours, one voice an hour. */
import type { Journey, Policy, Step } from '../../functions/contract/journeys.ts';
import type { CompiledTemplate, Release } from '../../functions/contract/release.ts';
import { settingsSchema } from '../../functions/contract/settings.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../functions/contract/time.ts';

const send = (id: string, journey: string): Step => ({
  kind: 'send',
  id,
  template: `${journey}/${id}`,
  purpose: 'marketing',
  topic: 'offers',
  priority: 50,
  measured: false,
});
const wait = (id: string, ms: number): Step => ({ kind: 'wait', id, options: [{ ms }] });

const journey = (id: string, more: Pick<Journey, 'trigger' | 'oncePer' | 'steps'>): Journey => ({
  id,
  cancelOn: [],
  priority: 50,
  purpose: 'marketing',
  topic: 'offers',
  mode: 'live',
  holdout: 0,
  measured: false,
  expiresMs: 2 * DAY_MS,
  ...more,
});

const JOURNEYS: Journey[] = [
  journey('thanks', {
    trigger: 'Order Completed',
    oncePer: 'order',
    steps: [send('thank-you', 'thanks'), wait('pause', 30 * MINUTE_MS), send('more', 'thanks')],
  }),
  {
    ...journey('cart', {
      trigger: 'Cart Updated',
      oncePer: 'cart',
      steps: [wait('quiet', 4 * HOUR_MS), send('reminder', 'cart')],
    }),
    cancelOn: [{ event: 'Order Completed' }],
  },
];

const SETTINGS = settingsSchema.parse({
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
  pace: { gapHours: 1, perDay: 10, perWeek: 30 },
  quietHours: { start: '00:00', end: '00:00' },
  holdout: { global: 0, journey: 0 },
});

const HTML = '<html><body><p>Hello</p><a href="{{ links.unsubscribe }}">leave</a></body></html>';

const template = (id: string): CompiledTemplate => ({
  id,
  subject: 'Hello from {{ shop.name }}',
  preheader: '',
  html: { ltr: HTML, rtl: HTML },
  text: 'Hello {{ links.unsubscribe }}',
  words: {},
});

export const POLICY: Policy = { release: 'r1', journeys: JOURNEYS, settings: SETTINGS };
export const RELEASE: Release = {
  policy: POLICY,
  templates: Object.fromEntries(
    ['thanks/thank-you', 'thanks/more', 'cart/reminder'].map((id) => [id, template(id)]),
  ),
};
