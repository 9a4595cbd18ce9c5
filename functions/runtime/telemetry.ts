/**
 * Logs and metrics of every function. They hold ids, codes and counts, never an address, a name, a body
 * or a whole event: so errors that are not ours are logged by name and place, without their message.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { ENV } from '../contract/env.ts';
import { FIGURES_NAMESPACE, figureOf } from '../contract/figures.ts';
import { PerennialError } from '../contract/errors.ts';

const SERVICE = 'perennial';

/** Fields of a log line: ids, codes, numbers. */
export type Fields = { [key: string]: string | number | boolean | undefined };

export type Telemetry = {
  /** Something worth a line; not one an event, since logs cost more than the event itself. */
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, error: unknown, fields?: Fields): void;
  /** A metric where contract/figures.ts has one for it, else a field beside the metrics of this call. */
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
/** Counters that are no metric: they go into one log line a call. */
const counters = new Map<string, number>();
let logger: Logger | undefined;

/** The process's telemetry, made at the first call. */
export function telemetry(): Telemetry {
  const log = (logger ??= new Logger({ serviceName: SERVICE }));
  const figures = metricsStore();
  return {
    info: (message, fields = {}) => log.info(message, { fields }),
    warn: (message, fields = {}) => log.warn(message, { fields }),
    error: (message, error, fields = {}) =>
      log.error(message, { fields: { ...fields, ...errorFields(error) } }),
    count: (name, value = 1) => {
      const figure = figureOf(name);
      if (figure) figures.addMetric(figure, MetricUnit.Count, value);
      if (figure !== name) counters.set(name, (counters.get(name) ?? 0) + value);
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

/** Writes this invocation's metrics (embedded metric format) and its other counters; nothing when there are none. */
export const publishFigures = (): void => {
  if (metrics?.hasStoredMetrics()) metrics.publishStoredMetrics();
  if (counters.size === 0) return;
  telemetry().info('counted', Object.fromEntries(counters));
  counters.clear();
};
