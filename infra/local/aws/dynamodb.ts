/** In front of dynoxide: may this role do that to this table? Then the request goes on as it came. */
import type { Dynoxide, RawResponse } from '../data/dynoxide.ts';
import type { TablePlan } from '../template/plan.ts';
import { type ApiCall, ApiError } from './api.ts';

type Body = Keyed & {
  TableName?: string;
  IndexName?: string;
  RequestItems?: { [table: string]: Batch };
  TransactItems?: { [kind: string]: Keyed & { TableName: string } }[];
};
type Values = { [name: string]: { S?: string } };
/** The parts of a request that hold a partition key. */
type Keyed = {
  Item?: Values;
  Key?: Values;
  KeyConditionExpression?: string;
  ExpressionAttributeNames?: { [name: string]: string };
  ExpressionAttributeValues?: Values;
};
/** Keys to get, or items to put and keys to delete. */
type Batch = { Keys?: Values[] } | { PutRequest?: Keyed; DeleteRequest?: Keyed }[];
type Need = { action: string; table: string; index?: string; leading: string[] };

const ON_TABLE = new Set(['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'DescribeTable']);
const ON_INDEX = new Set(['Query', 'Scan']);
const ON_TABLES = new Set(['BatchGetItem', 'BatchWriteItem']);
/** IAM knows no transactions: each part needs its own action. */
const PARTS: { [kind: string]: string } = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};
/** Partition key of both tables. */
const PARTITION = 'pk';
const WRITES = /^(Put|Update|Delete|BatchWrite|TransactWrite)/;

export type DynamoDeps = {
  tables: readonly TablePlan[];
  dynoxide: Dynoxide;
  /** A write to these tables came through. */
  written(tables: Iterable<string>): void;
};

export function dynamoApi({ tables, dynoxide, written }: DynamoDeps) {
  const byName = new Map(tables.map((table) => [table.name, table]));
  return async (call: ApiCall, raw: Buffer): Promise<RawResponse> => {
    const needs = needsOf(call.action, call.body as Body);
    for (const { action, table, index, leading } of needs) {
      const plan = byName.get(table);
      if (!plan) {
        throw new ApiError(
          400,
          'ResourceNotFoundException',
          `Requested resource not found: ${table}`,
        );
      }
      const resource = index === undefined ? plan.arn : `${plan.arn}/index/${index}`;
      call.authorize(`dynamodb:${action}`, resource, { 'dynamodb:LeadingKeys': leading });
    }
    const answer = await dynoxide.forward(`DynamoDB_20120810.${call.action}`, raw);
    if (WRITES.test(call.action)) written(new Set(needs.map(({ table }) => table)));
    return answer;
  };
}

function needsOf(action: string, body: Body): Need[] {
  const table = String(body.TableName);
  const leading = leadingKeys(body);
  if (ON_TABLE.has(action)) return [{ action, table, leading }];
  if (ON_INDEX.has(action)) {
    return [
      { action, table, leading, ...(body.IndexName !== undefined && { index: body.IndexName }) },
    ];
  }
  if (ON_TABLES.has(action)) {
    return Object.entries(body.RequestItems ?? {}).map(([name, batch]) => ({
      action,
      table: name,
      leading: keyedOf(batch).flatMap(leadingKeys),
    }));
  }
  if (action === 'TransactWriteItems' || action === 'TransactGetItems') {
    return (body.TransactItems ?? []).flatMap((item) =>
      Object.entries(item).map(([kind, part]) => ({
        action: PARTS[kind] ?? kind,
        table: part.TableName,
        leading: leadingKeys(part),
      })),
    );
  }
  throw new ApiError(400, 'UnknownOperationException', `DynamoDB ${action} is not known here.`);
}

const keyedOf = (batch: Batch): Keyed[] =>
  Array.isArray(batch)
    ? batch.flatMap(({ PutRequest, DeleteRequest }) => PutRequest ?? DeleteRequest ?? [])
    : (batch.Keys ?? []).map((Key) => ({ Key }));

/** Condition key `dynamodb:LeadingKeys`: the partition keys that a request names. */
function leadingKeys(part: Keyed): string[] {
  const direct = (part.Key ?? part.Item)?.[PARTITION]?.S;
  if (direct !== undefined) return [direct];
  const match = /([#\w]+)\s*=\s*(:\w+)/.exec(part.KeyConditionExpression ?? '');
  const name = match?.[1] ?? '';
  const attribute = part.ExpressionAttributeNames?.[name] ?? name;
  const value = attribute ? part.ExpressionAttributeValues?.[match?.[2] ?? '']?.S : undefined;
  return value === undefined ? [] : [value];
}
