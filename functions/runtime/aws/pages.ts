/** Parts of `pages`: public pages. */
import { readCustomer } from '../../adapters/dynamodb/customer-reader.ts';
import { dynamoGates } from '../../adapters/dynamodb/gates.ts';
import { dynamoLogWriter } from '../../adapters/dynamodb/log-writer.ts';
import { fileRelease } from '../../adapters/files/release.ts';
import type { PagesHandlerDeps } from '../../handlers/pages.ts';
import { type Env, secrets } from '../env.ts';
import { count, now, tables } from './parts.ts';
import { shop } from './releases.ts';

export function pagesDeps(env: Env): PagesHandlerDeps {
  const published = shop(env);
  const bundled = fileRelease();
  const { client, stateTable } = tables(env);
  return {
    log: dynamoLogWriter(tables(env)),
    people: {
      async look(customerId) {
        const customer = await readCustomer({ client, stateTable, consistent: true }, customerId);
        return { customer, gate: await dynamoGates(client, stateTable).load(customer.id) };
      },
    },
    bases: () => bundled.policy().settings,
    secrets: secrets(env),
    shop: () => published.current(),
    now,
    count,
  };
}
