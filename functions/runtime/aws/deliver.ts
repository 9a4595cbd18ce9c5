/** Parts of `deliver`: ledger rows -> SES. */
import { dynamoCatalogue } from '../../adapters/dynamodb/catalogue.ts';
import { documentClient } from '../../adapters/dynamodb/client.ts';
import { dynamoControl } from '../../adapters/dynamodb/control.ts';
import { dynamoCustomers } from '../../adapters/dynamodb/customers.ts';
import { dynamoLogReader } from '../../adapters/dynamodb/log.ts';
import { dynamoReleaseReader } from '../../adapters/dynamodb/releases.ts';
import { fileTemplates } from '../../adapters/files/templates.ts';
import { sesClient, sesMailer } from '../../adapters/ses/mailer.ts';
import { composerOf } from '../../app/compose.ts';
import { pacerOf, sendingOf } from '../../app/control.ts';
import type { DeliverDeps } from '../../app/deliver.ts';
import { withModels } from '../../app/models.ts';
import { templatesOf } from '../../app/releases.ts';
import { DELIVER_CONCURRENCY } from '../../contract/env.ts';
import { allowList, type Env, number, optionalText, secrets, text, url } from '../env.ts';
import { models, productTables } from './models.ts';
import { releases } from './releases.ts';
import { clock, count, monotonic, pause, tables, ledgerParts } from './parts.ts';

export function deliverDeps(env: Env): DeliverDeps {
  const published = releases(env);
  const control = dynamoControl(documentClient(), text(env, 'stateTable'));
  const log = dynamoLogReader(tables(env));
  const tenant = optionalText(env, 'sesTenant');
  const parts = {
    templates: templatesOf({
      releases: published,
      store: dynamoReleaseReader(documentClient(), text(env, 'stateTable')),
      bundled: fileTemplates(),
    }),
    log,
    catalogue: dynamoCatalogue(documentClient(), text(env, 'stateTable'), pause),
    tables: productTables(env),
    count,
    linkOrigin: url(env, 'linkOrigin'),
    secrets: secrets(env),
  };
  return {
    ...ledgerParts(env),
    customers: dynamoCustomers(tables(env)),
    policies: withModels(published, models(env)),
    composer: composerOf(parts),
    mailer: sesMailer(sesClient(), {
      configurationSet: text(env, 'configurationSet'),
      ...(tenant && { tenant }),
    }),
    control,
    sending: sendingOf({
      control,
      clock,
      monotonic,
      ceilingStart: number(env, 'dailyCeilingStart', 1),
      allowList: allowList(env),
    }),
    pacer: pacerOf({
      perSecond: number(env, 'sendRate', 0.1) / DELIVER_CONCURRENCY,
      monotonic,
      sleep: pause,
    }),
    count,
  };
}
