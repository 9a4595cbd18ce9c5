/** Published models for those who decide and deliver: kept by each process, looked for every five minutes. */
import { documentClient } from '../../adapters/dynamodb/client.ts';
import { dynamoModelReader } from '../../adapters/dynamodb/models.ts';
import {
  type Models,
  modelsOf,
  type ReaderDeps,
  type TablesReader,
  tablesOf,
} from '../../app/models.ts';
import { type Env, text } from '../env.ts';
import { count, now } from './parts.ts';

const readerDeps = (env: Env): ReaderDeps => ({
  store: dynamoModelReader(documentClient(), text(env, 'stateTable')),
  now,
  count,
});

export const models = (env: Env): Models => modelsOf(readerDeps(env));
/** For `deliver` alone: they may be megabytes. */
export const productTables = (env: Env): TablesReader => tablesOf(readerDeps(env));
