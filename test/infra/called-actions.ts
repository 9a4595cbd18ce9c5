/** Which AWS actions a function's code can call: read from its bundle after unused code was dropped. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { FunctionName } from '../../functions/contract/env.ts';

/** What each command of the SDK needs. IAM knows no transactions: those need the actions of their parts. */
const ACTIONS: { [command: string]: readonly string[] } = {
  Get: ['dynamodb:GetItem'],
  Query: ['dynamodb:Query'],
  Scan: ['dynamodb:Scan'],
  Put: ['dynamodb:PutItem'],
  Update: ['dynamodb:UpdateItem'],
  Delete: ['dynamodb:DeleteItem'],
  BatchGet: ['dynamodb:BatchGetItem'],
  BatchWrite: ['dynamodb:BatchWriteItem'],
  TransactGet: ['dynamodb:GetItem'],
  TransactWrite: [],
  PutEvents: ['events:PutEvents'],
  SendMessage: ['sqs:SendMessage'],
  SendMessageBatch: ['sqs:SendMessage'],
  ReceiveMessage: ['sqs:ReceiveMessage'],
  DeleteMessage: ['sqs:DeleteMessage'],
  DeleteMessageBatch: ['sqs:DeleteMessage'],
  GetQueueAttributes: ['sqs:GetQueueAttributes'],
  SendEmail: ['ses:SendEmail'],
};

/** Parts of TransactWriteItems, as the document client spells them. */
const PARTS: { [part: string]: string } = {
  Put: 'dynamodb:PutItem',
  Update: 'dynamodb:UpdateItem',
  Delete: 'dynamodb:DeleteItem',
  ConditionCheck: 'dynamodb:ConditionCheckItem',
};

export const entryOf = (name: FunctionName): string =>
  join('functions', 'handlers', `${name}.lambda.ts`);
export const hasEntry = (name: FunctionName): boolean => existsSync(entryOf(name));

/** Sorted actions; throws on a command that this table does not know, so that none is overlooked. */
export async function calledActions(name: FunctionName): Promise<string[]> {
  const { outputFiles } = await build({
    entryPoints: [entryOf(name)],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // The SDK's own code names commands that nobody calls; only ours counts.
    packages: 'external',
    treeShaking: true,
    logLevel: 'error',
  });
  const code = outputFiles[0]?.text ?? '';
  const commands = [...code.matchAll(/new (\w+?)Command\d*\(/g)].map((match) => match[1] as string);
  const actions = new Set<string>();
  for (const command of commands) {
    const needed = ACTIONS[command];
    if (!needed) throw new Error(`${name} calls ${command}: add what it needs to this table`);
    for (const action of needed) actions.add(action);
  }
  if (commands.includes('TransactWrite')) {
    for (const [part, action] of Object.entries(PARTS)) {
      if (new RegExp(`\\b${part}: `).test(code)) actions.add(action);
    }
  }
  return [...actions].sort();
}
