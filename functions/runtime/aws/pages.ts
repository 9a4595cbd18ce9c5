/** Parts of `pages`: public pages. */
import { dynamoLogWriter } from '../../adapters/dynamodb/log-writer.ts';
import type { PagesHandlerDeps } from '../../handlers/pages.ts';
import { type Env, secrets } from '../env.ts';
import { count, now, tables } from './parts.ts';
import { shop } from './releases.ts';

export function pagesDeps(env: Env): PagesHandlerDeps {
  const published = shop(env);
  return {
    log: dynamoLogWriter(tables(env)),
    secrets: secrets(env),
    shop: () => published.current(),
    now,
    count,
  };
}
