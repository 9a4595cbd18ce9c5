/** The published release for those who decide, deliver and show pages: kept by each process. */
import { documentClient } from '../../adapters/dynamodb/client.ts';
import { dynamoReleaseHeads, dynamoReleaseReader } from '../../adapters/dynamodb/releases.ts';
import { fileRelease } from '../../adapters/files/release.ts';
import { type Releases, releasesOf, type ShopReader, shopOf } from '../../app/releases.ts';
import { type Env, optionalNumber, text } from '../env.ts';
import { count, now } from './parts.ts';

const readerDeps = (env: Env) => {
  const lookEverySeconds = optionalNumber(env, 'releaseLookSeconds', 1);
  return {
    bundled: fileRelease(),
    now,
    count,
    ...(lookEverySeconds !== undefined && { lookEveryMs: lookEverySeconds * 1000 }),
  };
};

export const releases = (env: Env): Releases =>
  releasesOf({
    ...readerDeps(env),
    store: dynamoReleaseReader(documentClient(), text(env, 'stateTable')),
  });

/** For pages. */
export const shop = (env: Env): ShopReader =>
  shopOf({
    ...readerDeps(env),
    store: dynamoReleaseHeads(documentClient(), text(env, 'stateTable')),
  });
