/** Rules of a bus, by pattern, and of the clock, by rate. */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../functions/contract/time.ts';
import { compilePattern } from '../bus/pattern.ts';
import { LocalError } from '../errors.ts';
import type { Every, Plan, TargetPlan } from './plan.ts';
import type { Reading } from './read-plan.ts';

const UNITS: { [unit: string]: number } = { minute: MINUTE_MS, hour: HOUR_MS, day: DAY_MS };
const KNOWN_TARGET = new Set(['Arn', 'Id', 'DeadLetterConfig', 'RetryPolicy', 'Input']);

type RawTarget = { Arn: string; Input?: string; DeadLetterConfig?: { Arn: string } };

export function readRule(plan: Plan, { id, name, properties, attribute }: Reading): void {
  if (properties['State'] === 'DISABLED') return;
  const targets = ((properties['Targets'] ?? []) as RawTarget[]).map((raw) => readTarget(id, raw));
  const common = {
    name,
    arn: attribute('Arn'),
    bus: busName(properties['EventBusName']),
    targets,
  };
  const { EventPattern, ScheduleExpression } = properties;
  if (ScheduleExpression !== undefined) {
    plan.rules.push({ ...common, every: everyOf(id, String(ScheduleExpression)) });
    return;
  }
  // Compiled once here, so that a pattern that is not understood stops the start.
  compilePattern(EventPattern);
  plan.rules.push({ ...common, pattern: EventPattern });
}

function readTarget(id: string, raw: RawTarget): TargetPlan {
  for (const property of Object.keys(raw)) {
    if (KNOWN_TARGET.has(property)) continue;
    throw new LocalError('unknown-property', `${id}: ${property} of a target is not known here.`);
  }
  return {
    arn: raw.Arn,
    ...(raw.Input !== undefined && { input: raw.Input }),
    ...(raw.DeadLetterConfig && { deadLetterArn: raw.DeadLetterConfig.Arn }),
  };
}

const busName = (value: unknown): string =>
  value === undefined ? 'default' : String(value).replace(/^.*event-bus\//, '');

/** `rate(5 minutes)`, or `cron(17 2 * * ? *)` for each day at 02:17 UTC: the templates use no more. */
function everyOf(id: string, expression: string): Every {
  const rate = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  const unit = UNITS[rate?.[2] ?? ''];
  if (rate && unit) return { ms: Number(rate[1]) * unit };
  const daily = /^cron\((\d{1,2}) (\d{1,2}) \* \* \? \*\)$/.exec(expression);
  const [minute, hour] = [Number(daily?.[1]), Number(daily?.[2])];
  if (minute < 60 && hour < 24) return { dayAtMs: hour * HOUR_MS + minute * MINUTE_MS };
  throw new LocalError(
    'unknown-schedule',
    `${id}: got ${expression}, wanted rate(N minutes) or cron(MINUTE HOUR * * ? *).`,
  );
}
