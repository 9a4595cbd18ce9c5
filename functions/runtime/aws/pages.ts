/** Parts of `pages`: public pages. */
import { dynamoLogWriter } from '../../adapters/dynamodb/log-writer.ts';
import { fileRelease } from '../../adapters/files/release.ts';
import type { PagesHandlerDeps } from '../../handlers/pages.ts';
import { type Env, secrets } from '../env.ts';
import { count, now, tables } from './parts.ts';

export function pagesDeps(env: Env): PagesHandlerDeps {
  const { release } = fileRelease();
  return {
    log: dynamoLogWriter(tables(env)),
    secrets: secrets(env),
    shop: () => release().policy.settings.shop,
    now,
    count,
  };
}
