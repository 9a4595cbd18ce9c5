/**
 * The templates folder and the store at a start. In AWS a deployment brings no content; on one's own machine
 * the folder is what one means: what was edited since the last start is published, once. What was rolled back
 * stays so.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamoReleases } from '../../functions/adapters/dynamodb/releases.ts';
import { publish } from '../../functions/app/publishing.ts';
import { ENV, RELEASE_FILE, SOURCES_FILE, TEMPLATES_FILE } from '../../functions/contract/env.ts';
import type { ReleaseStore, SourceFiles } from '../../functions/contract/publishing.ts';
import type { DeployedRelease, Release, Templates } from '../../functions/contract/release.ts';
import { PUBLISHER_KEY } from './parts.ts';
import type { Problem } from '../../functions/domain/journeys/source.ts';
import { checkAll } from '../templates/checks/index.ts';
import { errorsIn } from '../templates/checks/report.ts';
import type { System } from './system.ts';
import { REGION } from './template/resolve.ts';

type Deployed = { release: Release; files: SourceFiles };

/** Before the clock moves: so that the first decision is made by what lies in the folder. */
export async function publishFiles(system: System, say: (line: string) => void): Promise<void> {
  const sweep = system.hosts.find(({ plan }) => plan.label === 'sweep');
  if (!sweep) return;
  const { codeDir, environment } = sweep.plan;
  const client = new DynamoDBClient({
    endpoint: system.endpoint,
    region: REGION,
    credentials: { accessKeyId: PUBLISHER_KEY, secretAccessKey: 'local' },
  });
  try {
    const store = dynamoReleases(
      DynamoDBDocumentClient.from(client),
      environment[ENV.stateTable] ?? '',
    );
    // As in AWS: its tick publishes what was deployed, where nothing is.
    if (!(await store.current())) await sweep.invoke({});
    else await publishEdited(store, deployedIn(codeDir), system.now, say);
  } finally {
    client.destroy();
  }
}

function deployedIn(codeDir: string): Deployed {
  const read = <T>(file: string) => JSON.parse(readFileSync(join(codeDir, file), 'utf8')) as T;
  return {
    release: {
      ...read<DeployedRelease>(RELEASE_FILE),
      templates: read<Templates>(TEMPLATES_FILE),
    },
    files: read<SourceFiles>(SOURCES_FILE),
  };
}

/** The same checks as everywhere. */
async function errorsOf({ release, files }: Deployed): Promise<Problem[]> {
  const { findings } = await checkAll(release.policy.settings, new Map(Object.entries(files)));
  return errorsIn(findings);
}

export async function publishEdited(
  store: ReleaseStore,
  deployed: Deployed,
  now: () => number,
  say: (line: string) => void,
  check = errorsOf,
): Promise<void> {
  const { release, files } = deployed;
  const published = await store.history();
  if (published.some((each) => each.release === release.policy.release)) return;
  const errors = await check(deployed);
  if (errors.length > 0) return refused(errors, say);
  const outcome = await publish(
    { releases: store, now },
    { release, files, author: 'npm start', message: 'The files as they were at the start' },
  );
  if ('published' in outcome) {
    say(`Published what was edited since: version ${outcome.published.version}.`);
  }
  if ('refused' in outcome) refused(outcome.refused, say);
}

function refused(problems: readonly Problem[], say: (line: string) => void): void {
  say('The files cannot be published; what was published before stays in use.');
  for (const { file, line, got, wanted } of problems) {
    say(`  ${file}:${line}: got ${got}; wanted ${wanted}`);
  }
}
