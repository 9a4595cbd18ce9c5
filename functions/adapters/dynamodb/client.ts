/** The one DynamoDB client of a function, and what its errors mean to us. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';

/** What adapters need of the client: tests and the fault test put their own in its place. */
export type DocumentClient = Pick<DynamoDBDocumentClient, 'send'>;

/**
 * Three attempts: the SDK repeats throttles, resets and 5xx within about half a second. Repeats of writes
 * are safe because each condition compares an `opId` (see `ownWrite`); what still fails, the queue repeats.
 */
const ATTEMPTS_MAX = 3;
/** A call answers in 5 to 20 ms; after two seconds its connection is dead. */
const REQUEST_TIMEOUT_MS = 2_000;
const CONNECTION_TIMEOUT_MS = 1_000;

let shared: DynamoDBDocumentClient | undefined;

/** Made at the first call and kept while the function is warm. Endpoint and region come from the SDK's variables. */
export function documentClient(): DynamoDBDocumentClient {
  shared ??= DynamoDBDocumentClient.from(
    new DynamoDBClient({
      maxAttempts: ATTEMPTS_MAX,
      requestHandler: {
        requestTimeout: REQUEST_TIMEOUT_MS,
        connectionTimeout: CONNECTION_TIMEOUT_MS,
        throwOnRequestTimeout: true,
      },
    }),
    { marshallOptions: { removeUndefinedValues: true } },
  );
  return shared;
}

type Item = Record<string, unknown>;
type SdkError = {
  name?: unknown;
  Item?: unknown;
  CancellationReasons?: { Code?: string; Item?: unknown }[];
};

const sdkError = (error: unknown): SdkError =>
  typeof error === 'object' && error !== null ? error : {};

/** The document client leaves items inside errors in wire form (`{ S: '...' }`); plain ones pass through. */
const plain = (item: unknown): Item | undefined =>
  item === undefined || item === null ? undefined : unmarshall(item as never);

/** A single conditional write was refused; `item` is what is stored, if `ALL_OLD` was asked for. */
export function conditionFailed(error: unknown): { item?: Item } | undefined {
  const { name, Item } = sdkError(error);
  if (name !== 'ConditionalCheckFailedException') return undefined;
  const item = plain(Item);
  return item ? { item } : {};
}

/** Why each part of a transaction was refused, in its order; `None` for the parts that were fine. */
export function cancelledBy(error: unknown): { code: string; item?: Item }[] | undefined {
  const { name, CancellationReasons } = sdkError(error);
  if (name !== 'TransactionCanceledException') return undefined;
  return (CancellationReasons ?? []).map((reason) => {
    const item = plain(reason.Item);
    return { code: reason.Code ?? 'None', ...(item && { item }) };
  });
}

/**
 * Another transaction holds one of the rows. A plain write hears it as `TransactionConflictException`, a
 * transaction as a cancellation with the reason `TransactionConflict`. Nothing was written: try again.
 */
export function isConflict(error: unknown): boolean {
  const { name } = sdkError(error);
  if (name === 'TransactionConflictException' || name === 'TransactionInProgressException')
    return true;
  return cancelledBy(error)?.some(({ code }) => code === 'TransactionConflict') ?? false;
}

const THROTTLES = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
]);
const THROTTLE_REASONS = new Set(['ThrottlingError', 'ProvisionedThroughputExceeded']);

/** The table or a partition is asked too much. Nothing was written: try again later. */
export function isThrottle(error: unknown): boolean {
  const { name } = sdkError(error);
  if (typeof name === 'string' && THROTTLES.has(name)) return true;
  return cancelledBy(error)?.some(({ code }) => THROTTLE_REASONS.has(code)) ?? false;
}

/**
 * True when the refused write is our own earlier one, whose answer was lost: the SDK repeated it and met
 * what it had stored itself.
 */
export const ownWrite = (item: Item | undefined, opId: string): boolean => item?.opId === opId;
