/**
 * Logs and metrics of every function. They hold ids, codes and counts, never an address, a name, a body
 * or a whole event: so errors that are not ours are logged by name and place, without their message.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { ENV } from '../contract/env.ts';
import { AT_ONCE, FIGURES_NAMESPACE, figureOf } from '../contract/figures.ts';
import { PerennialError } from '../contract/errors.ts';

const SERVICE = 'perennial';

/**
 * Counters that no alarm hears are written so often at most: a line a call would cost 0.15 USD a million
 * events, more than Lambda itself. A process that ends in between takes the rest of a minute with it.
 */
const HOLD_MS = 60_000;

/** Fields of a log line: ids, codes, numbers. */
export type Fields = { [key: string]: string | number | boolean | undefined };

export type Telemetry = {
  /** Something worth a line; not one an event, since logs cost more than the event itself. */
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, error: unknown, fields?: Fields): void;
  /** A metric where contract/figures.ts has one for it, else a field of a line; see `publishFigures`. */
  count(name: string, value?: number): void;
};

/** What may be said of an error: its code or name, its status, where it came from. */
export function errorFields(error: unknown): Fields {
  if (error instanceof PerennialError) return { code: error.code, message: error.message };
  if (!(error instanceof Error)) return { code: 'not-an-error' };
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return { code: error.name, status, at: frames.slice(0, 3).join(' ').replace(/\s+/g, ' ') };
}

let metrics: Metrics | undefined;
let logger: Logger | undefined;
/** Sums since the last line. */
const sums = new Map<string, number>();
let publishedAt = Number.NEGATIVE_INFINITY;

const add = (name: string, value: number) => sums.set(name, (sums.get(name) ?? 0) + value);

/** The process's telemetry, made at the first call. */
export function telemetry(): Telemetry {
  const log = (logger ??= new Logger({ serviceName: SERVICE }));
  return {
    info: (message, fields = {}) => log.info(message, { fields }),
    warn: (message, fields = {}) => log.warn(message, { fields }),
    error: (message, error, fields = {}) =>
      log.error(message, { fields: { ...fields, ...errorFields(error) } }),
    count: (name, value = 1) => {
      const figure = figureOf(name);
      if (figure) add(figure, value);
      // Nothing happened: a metric says so too, a field does not.
      if (figure !== name && value !== 0) add(name, value);
    },
  };
}

function metricsStore(): Metrics {
  if (metrics) return metrics;
  metrics = new Metrics({ namespace: FIGURES_NAMESPACE, serviceName: SERVICE });
  const stage = process.env[ENV.stage];
  if (stage) metrics.setDefaultDimensions({ stage });
  return metrics;
}

/**
 * Writes the metrics (embedded metric format) and the other counters: in every call that counted what an
 * alarm hears, else once a minute; nothing when there are none. `all`: the call failed, hold nothing back.
 */
export function publishFigures(all = false): void {
  if (sums.size === 0) return;
  // The wall clock: a process may be frozen between calls, and its own clock with it.
  const now = Date.now();
  const waits =
    Math.abs(now - publishedAt) < HOLD_MS && ![...sums.keys()].some((name) => AT_ONCE.has(name));
  if (waits && !all) return;
  publishedAt = now;
  const isMetric = ([name]: [string, number]) => figureOf(name) === name;
  const { figures = [], others = [] } = Object.groupBy([...sums], (sum) =>
    isMetric(sum) ? 'figures' : 'others',
  );
  sums.clear();
  if (figures.length > 0) {
    const store = metricsStore();
    for (const [name, value] of figures) store.addMetric(name, MetricUnit.Count, value);
    store.publishStoredMetrics();
  }
  if (others.length > 0) telemetry().info('counted', Object.fromEntries(others));
}
