/** A model of the reference mix's own customers, so that `decide` is timed with what a shop gives it. */
import type { Policy } from '../../functions/contract/journeys.ts';
import { eventFromLine } from '../../functions/contract/log-lines.ts';
import type { Day } from '../../functions/contract/predictions.ts';
import { dayOf, distinctDays } from '../../functions/domain/facts/days.ts';
import { fitWho } from '../../functions/domain/prediction/who/fit.ts';
import { panelFromDays } from '../../functions/domain/prediction/who/panel-from-days.ts';
import { mixEvents } from './mix.ts';

/** The policy with a model that counts from the first event on. */
export function withModel(policy: Policy, events: number): Policy {
  const { currency } = policy.settings.shop;
  const { horizonDays } = policy.settings.churn;
  const days = new Map<string, Day[]>();
  for (const line of mixEvents(events)) {
    const read = eventFromLine(line, { currency });
    if (!read.ok || read.event.name !== 'Order Completed') continue;
    const { aliasId, occurredAt } = read.event;
    days.set(aliasId, [...(days.get(aliasId) ?? []), dayOf(occurredAt)]);
  }
  const customers = [...days.values()].map(distinctDays);
  const until = customers.reduce((last, own) => Math.max(last, own.at(-1) ?? 0), 0);
  const who = fitWho(panelFromDays(customers, { until, horizonDays }), { horizonDays });
  return { ...policy, models: [{ id: 'reference-mix', from: 0, who }] };
}
