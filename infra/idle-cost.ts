/** What a stage costs in a month in which nothing happens, counted from its templates. */
import { FIGURES } from '../functions/contract/figures.ts';
import { SHARDS } from '../functions/contract/keys.ts';

/** List prices of us-east-1 in USD as known on 2026-11-21; nothing fetches them, so check before you rely on a cent. */
export const PRICES = {
  date: '2026-11-21',
  sqsRequest: 0.4 / 1e6,
  dynamoReadUnit: 0.125 / 1e6,
  lambdaRequest: 0.2 / 1e6,
  lambdaGbSecond: 0.0000133334,
  alarm: 0.1,
  metric: 0.3,
  secret: 0.4,
  kmsKey: 1,
} as const;

/** Free each month for ever, for the whole account (not the twelve months of a new one). */
const FREE = {
  sqsRequests: 1e6,
  lambdaRequests: 1e6,
  lambdaGbSeconds: 400_000,
  alarms: 10,
  metrics: 10,
} as const;

const HOURS_A_MONTH = 730;
const MINUTES_A_MONTH = HOURS_A_MONTH * 60;
/** Lambda polls an idle queue with five connections, each waiting 20 seconds: 15 requests a minute. */
const POLLS_A_MINUTE = 15;
/** A query that finds nothing still costs half a unit. */
const EMPTY_QUERY_UNITS = 0.5;
/** Sweep asks each shard of the open index for what is due, and for how many there are. */
const SWEEP_QUERIES = 2;
/** The audit looks into a part of the log each hour; a scan that finds nothing costs the same. */
const AUDIT_SCANS = HOURS_A_MONTH;
/** A night of \`learn\`: pointer, cells and nine dates of baskets; the pointer written again. */
const NIGHTS_A_MONTH = HOURS_A_MONTH / 24;
const NIGHT_READS = 1 + 1 + 9 * EMPTY_QUERY_UNITS;
/** What a night with nothing to learn takes, with margin, on a whole vCPU. */
const NIGHT_GB_SECONDS = 2 * 1.77;
/** Rows of CONTROL that sweep reads: pause, breaker, the day's counters; where it starts anew, a release. */
const SWEEP_READS = 4 + 0.5;
/** Gauges that sweep writes even when nothing happens; counters cost only in hours in which they count. */
const IDLE_METRICS = [
  FIGURES.ledgerOpen,
  FIGURES.ledgerOverdue,
  FIGURES.ledgerUnresolved,
  FIGURES.sendingStopped,
].length;
/** What an idle tick takes, with margin. */
const TICK_SECONDS = 0.2;

type Resource = { Type: string; Properties?: { [key: string]: unknown } };
export type TemplateJson = { Resources?: { [id: string]: Resource } };

export type IdleLine = {
  what: string;
  count: number;
  /** With the free tiers, as billed to an account that uses them for nothing else. */
  usd: number;
  usdWithoutFreeTiers: number;
};

/** One line a service; zero lines stay, so that one sees what costs nothing. */
export function idleCost(templates: readonly TemplateJson[]): IdleLine[] {
  const resources = templates.flatMap(({ Resources = {} }) => Object.values(Resources));
  const of = (type: string) => resources.filter(({ Type }) => Type === type);
  const mappings = of('AWS::Lambda::EventSourceMapping').map((one) => JSON.stringify(one));
  const polled = mappings.filter((text) => !text.includes('StartingPosition')).length;
  const { wakes, sweeps } = ticks(of('AWS::Events::Rule'));
  // Each tick and each sweep asks one queue for its depth; a sweep looks into each dead-letter queue.
  const requests = polled * POLLS_A_MINUTE * MINUTES_A_MONTH + wakes + sweeps * (1 + polled);
  const queries = (wakes + sweeps * SWEEP_QUERIES) * SHARDS;
  const nights = isNightly(of('AWS::Events::Rule')) ? NIGHTS_A_MONTH : 0;
  const units =
    (queries + AUDIT_SCANS) * EMPTY_QUERY_UNITS + sweeps * SWEEP_READS + nights * NIGHT_READS;
  const gbSeconds = (wakes + sweeps) * TICK_SECONDS * 0.5 + nights * NIGHT_GB_SECONDS;
  return [
    line('requests to polled queues', requests, PRICES.sqsRequest, FREE.sqsRequests),
    line('read units of ticks, nights', units, PRICES.dynamoReadUnit),
    line('calls of ticks', wakes + sweeps + nights, PRICES.lambdaRequest, FREE.lambdaRequests),
    line('GB-seconds of ticks', gbSeconds, PRICES.lambdaGbSecond, FREE.lambdaGbSeconds),
    line('alarms', of('AWS::CloudWatch::Alarm').length, PRICES.alarm, FREE.alarms),
    line('own metrics', IDLE_METRICS, PRICES.metric, FREE.metrics),
    line('secrets', of('AWS::SecretsManager::Secret').length, PRICES.secret),
    line('own KMS keys', of('AWS::KMS::Key').length, PRICES.kmsKey),
  ];
}

const line = (what: string, count: number, price: number, free = 0): IdleLine => ({
  what,
  count,
  usd: Math.max(0, count - free) * price,
  usdWithoutFreeTiers: count * price,
});

function ticks(rules: readonly Resource[]): { wakes: number; sweeps: number } {
  const rates = rules
    .map(({ Properties }) =>
      /^rate\((\d+) minutes?\)$/.exec(String(Properties?.ScheduleExpression)),
    )
    .filter((match) => match !== null)
    .map((match) => MINUTES_A_MONTH / Number(match[1]));
  return { wakes: Math.max(...rates, 0), sweeps: Math.min(...rates) };
}

const isNightly = (rules: readonly Resource[]): boolean =>
  rules.some(({ Properties }) => String(Properties?.ScheduleExpression).startsWith('cron('));

/** The lines as a table with a sum, for people. */
export function idleTable(lines: readonly IdleLine[]): string {
  const sum = (key: 'usd' | 'usdWithoutFreeTiers') => lines.reduce((all, one) => all + one[key], 0);
  const row = (what: string, count: string, usd: number, bare: number) =>
    `${what.padEnd(28)}${count.padStart(12)}${usd.toFixed(3).padStart(10)}${bare.toFixed(3).padStart(12)}`;
  return [
    `Idle month, us-east-1, prices of ${PRICES.date}`,
    `${''.padEnd(28)}${'count'.padStart(12)}${'USD'.padStart(10)}${'no free tier'.padStart(12)}`,
    ...lines.map((one) =>
      row(one.what, Math.round(one.count).toString(), one.usd, one.usdWithoutFreeTiers),
    ),
    row('together', '', sum('usd'), sum('usdWithoutFreeTiers')),
  ].join('\n');
}
