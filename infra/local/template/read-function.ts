/** Functions and what feeds them. */
import { LocalError } from '../errors.ts';
import type { Plan } from './plan.ts';
import type { Reading } from './read-plan.ts';

const SECOND_MS = 1000;
/** Lambda's own defaults. */
const TIMEOUT_DEFAULT_S = 3;
const MEMORY_DEFAULT_MB = 128;
const BATCH_DEFAULT = 10;
/** -1: until the record leaves the stream; here a thousand tries are as good as for ever. */
const RETRIES_WITHOUT_END = 1000;

export function readFunction(
  plan: Plan,
  { id, name, properties, attribute, assets }: Reading,
): void {
  const { Code, Handler, Timeout, MemorySize, Role, Environment } = properties;
  const key = String((Code as { S3Key?: string }).S3Key);
  const codeDir = assets.get(key);
  if (!codeDir) throw new LocalError('no-code', `${id}: its code ${key} is not in the assembly.`);
  const { Variables } = (Environment ?? {}) as { Variables?: { [name: string]: string } };
  plan.functions.push({
    name,
    label: id.replace(/Function[0-9A-F]{8}$/, '').toLowerCase(),
    arn: attribute('Arn'),
    roleArn: String(Role),
    codeDir,
    handler: String(Handler),
    timeoutMs: Number(Timeout ?? TIMEOUT_DEFAULT_S) * SECOND_MS,
    memoryMb: Number(MemorySize ?? MEMORY_DEFAULT_MB),
    environment: Variables ?? {},
  });
}

const KNOWN = new Set([
  'BatchSize',
  'BisectBatchOnFunctionError',
  'DestinationConfig',
  'EventSourceArn',
  'FilterCriteria',
  'FunctionName',
  'FunctionResponseTypes',
  // Waiting only fills batches; here a batch goes as soon as there is one.
  'MaximumBatchingWindowInSeconds',
  'MaximumRecordAgeInSeconds',
  'MaximumRetryAttempts',
  // Batches of one shard at once: one after the other is stricter.
  'ParallelizationFactor',
  'ScalingConfig',
  'StartingPosition',
  'Tags',
]);

export function readMapping(plan: Plan, { id, properties }: Reading): void {
  for (const property of Object.keys(properties)) {
    if (KNOWN.has(property)) continue;
    throw new LocalError('unknown-property', `${id}: ${property} of a mapping is not known here.`);
  }
  const responses = (properties['FunctionResponseTypes'] ?? []) as string[];
  const scaling = properties['ScalingConfig'] as { MaximumConcurrency?: number } | undefined;
  const criteria = properties['FilterCriteria'] as { Filters: { Pattern: string }[] } | undefined;
  const destination = properties['DestinationConfig'] as
    | { OnFailure?: { Destination: string } }
    | undefined;
  const retries = Number(properties['MaximumRetryAttempts'] ?? -1);
  const failureArn = destination?.OnFailure?.Destination;
  plan.mappings.push({
    sourceArn: String(properties['EventSourceArn']),
    functionArn: String(properties['FunctionName']),
    batchSize: Number(properties['BatchSize'] ?? BATCH_DEFAULT),
    concurrency: scaling?.MaximumConcurrency ?? 1,
    partialFailures: responses.includes('ReportBatchItemFailures'),
    filters: (criteria?.Filters ?? []).map(({ Pattern }) => filterOf(id, Pattern)),
    retries: retries < 0 ? RETRIES_WITHOUT_END : retries,
    bisect: properties['BisectBatchOnFunctionError'] === true,
    ...(failureArn !== undefined && { failureArn }),
  });
}

function filterOf(id: string, pattern: string | undefined): unknown {
  if (pattern !== undefined) return JSON.parse(pattern);
  throw new LocalError(
    'unknown-property',
    `${id}: a filter without Pattern lets everything or nothing through; wanted FilterCriteria.filter(…).`,
  );
}
