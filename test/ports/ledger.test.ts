import { PutCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll } from 'vitest';
import { dynamoControl } from '../../functions/adapters/dynamodb/control.ts';
import { dynamoGates } from '../../functions/adapters/dynamodb/gates.ts';
import { dynamoLedger, plannedItem } from '../../functions/adapters/dynamodb/messages.ts';
import { dynamoOpenIndex } from '../../functions/adapters/dynamodb/open-index.ts';
import { memoryControl } from '../../functions/adapters/memory/control.ts';
import { memoryLedger } from '../../functions/adapters/memory/ledger.ts';
import { createTables, type Dynoxide, startDynoxide } from '../builders/dynoxide.ts';
import { ledgerSuite } from './ledger.suite.ts';

let dynoxide: Dynoxide | undefined;
afterAll(() => dynoxide?.stop());

ledgerSuite('memory', async () => {
  const memory = memoryLedger();
  return {
    ...memory,
    control: memoryControl(),
    plan: async (message, opId) => memory.plan(message, opId),
  };
});

ledgerSuite('DynamoDB', async () => {
  dynoxide = await startDynoxide();
  const client = DynamoDBDocumentClient.from(dynoxide.client);
  const { state } = await createTables(dynoxide.client);
  return {
    ledger: dynamoLedger(client, state),
    gates: dynamoGates(client, state),
    open: dynamoOpenIndex(client, state),
    control: dynamoControl(client, state),
    plan: async (message, opId) => {
      const ConditionExpression = 'attribute_not_exists(pk)';
      const Item = plannedItem(message, opId);
      await client
        .send(new PutCommand({ TableName: state, Item, ConditionExpression }))
        .catch((error: Error) => {
          if (error.name !== 'ConditionalCheckFailedException') throw error;
        });
    },
  };
});
