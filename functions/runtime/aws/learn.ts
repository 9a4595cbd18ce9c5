/** Parts of `learn`: cells and baskets -> models. */
import { dynamoBasketReader } from '../../adapters/dynamodb/baskets.ts';
import { dynamoCatalogueReader } from '../../adapters/dynamodb/catalogue.ts';
import { dynamoCells } from '../../adapters/dynamodb/cells.ts';
import { documentClient } from '../../adapters/dynamodb/client.ts';
import { dynamoModels } from '../../adapters/dynamodb/models.ts';
import { fileRelease } from '../../adapters/files/release.ts';
import type { LearnDeps } from '../../app/learn.ts';
import { learners } from '../../domain/prediction/learners.ts';
import { type Env, text } from '../env.ts';
import { telemetry } from '../telemetry.ts';
import { count, now } from './parts.ts';

export function learnDeps(env: Env): LearnDeps {
  const client = documentClient();
  const stateTable = text(env, 'stateTable');
  return {
    cells: dynamoCells(client, stateTable),
    baskets: dynamoBasketReader(client, stateTable),
    catalogue: dynamoCatalogueReader(client, stateTable),
    models: dynamoModels(client, stateTable),
    learners,
    policies: fileRelease(),
    now,
    count,
    tell: (message, fields) => telemetry().info(message, fields),
  };
}
