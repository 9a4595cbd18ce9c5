/** Parts of `inbound`: others' events and SES's -> log, gate, ledger. */
import { documentClient } from '../../adapters/dynamodb/client.ts';
import { dynamoControl } from '../../adapters/dynamodb/control.ts';
import { dynamoLogWriter } from '../../adapters/dynamodb/log-writer.ts';
import { dynamoPrivacyRequests } from '../../adapters/dynamodb/privacy-requests.ts';
import { dynamoRejects } from '../../adapters/dynamodb/rejects.ts';
import { engage } from '../../app/engage.ts';
import type { InboundDeps } from '../../app/inbound.ts';
import { type Env, text } from '../env.ts';
import { count, now, tables, ledgerParts } from './parts.ts';

export function inboundDeps(env: Env): InboundDeps {
  const log = dynamoLogWriter(tables(env));
  const control = dynamoControl(documentClient(), text(env, 'stateTable'));
  const engaging = { ...ledgerParts(env), log, control, count };
  return {
    log,
    rejects: dynamoRejects(documentClient(), text(env, 'stateTable')),
    requests: dynamoPrivacyRequests(documentClient(), text(env, 'stateTable')),
    currency: text(env, 'currency'),
    engage: (message) => engage(engaging, message),
    now,
    count,
  };
}
