/** In front of dynoxide: may this role do that to this table? Then the request goes on as it came. */
import type { Dynoxide, RawResponse } from '../data/dynoxide.ts';
import type { TablePlan } from '../template/plan.ts';
import { type ApiCall, ApiError } from './api.ts';

type Body = {
  TableName?: string;
  IndexName?: string;
  RequestItems?: { [table: string]: unknown };
  TransactItems?: { [kind: string]: { TableName: string } }[];
};
type Need = { action: string; table: string; index?: string };

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
    for (const { action, table, index } of needs) {
      const plan = byName.get(table);
      if (!plan) {
        throw new ApiError(400, 'ResourceNotFoundException', `Requested resource not found: ${table}`);
      }
      const resource = index === undefined ? plan.arn : `${plan.arn}/index/${index}`;
      call.authorize(`dynamodb:${action}`, resource);
    }
    const answer = await dynoxide.forward(`DynamoDB_20120810.${call.action}`, raw);
    if (WRITES.test(call.action)) written(new Set(needs.map(({ table }) => table)));
    return answer;
  };
}

function needsOf(action: string, body: Body): Need[] {
  const table = String(body.TableName);
  if (ON_TABLE.has(action)) return [{ action, table }];
  if (ON_INDEX.has(action)) {
    return [{ action, table, ...(body.IndexName !== undefined && { index: body.IndexName }) }];
  }
  if (ON_TABLES.has(action)) {
    return Object.keys(body.RequestItems ?? {}).map((name) => ({ action, table: name }));
  }
  if (action === 'TransactWriteItems' || action === 'TransactGetItems') {
    return (body.TransactItems ?? []).flatMap((item) =>
      Object.entries(item).map(([kind, part]) => ({
        action: PARTS[kind] ?? kind,
        table: part.TableName,
      })),
    );
  }
  throw new ApiError(400, 'UnknownOperationException', `DynamoDB ${action} is not known here.`);
}
