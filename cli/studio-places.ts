/** Where the studio works: the folder and the local run, or the drafts of a stage. */
import { dynamoDrafts } from '../functions/adapters/dynamodb/drafts.ts';
import { dynamoReleases } from '../functions/adapters/dynamodb/releases.ts';
import { TEMPLATES_DIR } from '../infra/build-release.ts';
import { stages } from '../infra/config.ts';
import type { StepFigures as LocalFigures } from '../infra/local/figures.ts';
import { sendTestMail } from '../infra/local/mail/test-mails.ts';
import type { StudioShop } from '../infra/local/run.ts';
import { checkStage, type Stage } from '../infra/stage-config.ts';
import { publishedFiles } from '../infra/studio/changes.ts';
import type { StepFigures, StudioDeps, TestMailRequest } from '../infra/studio/deps.ts';
import { loadStudio, type Pages } from '../infra/studio/server.ts';
import { draftWorkspace, folderWorkspace } from '../infra/studio/workspace.ts';
import { authorOf } from './publishing.ts';
import { markOf } from './published-mark.ts';
import {
  dataFolder,
  localContent,
  localTarget,
  NoTarget,
  stageContent,
  type Target,
} from './targets.ts';

type FolderOptions = { dir: string; author: string | undefined };

const settingsOf = (stage: Stage) => checkStage(stage, stages[stage]).settings;

/** The files of a folder, without anything that runs. */
export const folderDeps = ({ dir, author }: FolderOptions): StudioDeps => ({
  workspace: folderWorkspace(dir, `the files in ${dir === TEMPLATES_DIR ? 'templates/' : dir}`),
  settings: settingsOf('dev'),
  author: authorOf(author),
  now: () => Date.now(),
});

const stepFigures = ({
  journey,
  step,
  planned,
  sent,
  clicked,
  stopped,
}: LocalFigures): StepFigures => ({
  journey,
  step,
  planned,
  sent,
  clicked,
  suppressed: Object.values(stopped).reduce((sum, number) => sum + number, 0),
  reasons: stopped,
});

/** The folder, and a local run that takes releases and test mails. */
export async function localDeps(
  options: FolderOptions,
  dataDir = dataFolder(),
  shop?: StudioShop,
): Promise<StudioDeps> {
  const base = folderDeps(options);
  const target = await localTarget(dataDir);
  const content = await localContent(dataDir);
  const now = shop?.now ?? content.now;
  const { settings, workspace } = base;
  return {
    ...base,
    now,
    releases: dynamoReleases(content.client, content.stateTable),
    base: markOf(options.dir, 'local'),
    ...(shop && { home: true, figures: () => shop.figures().map(stepFigures) }),
    sendTest: async (wish: TestMailRequest) =>
      sendTestMail(settings, await workspace.files(), wish, { ...target, now }),
  };
}

/** The pages as part of `npm start`. */
export const localStudio = async (shop: StudioShop): Promise<Pages> =>
  loadStudio(await localDeps({ dir: TEMPLATES_DIR, author: undefined }, dataFolder(), shop));

/** A run that is under way, if there is one: data at rest belong to the next `npm start`. */
export async function runningTarget(dataDir = dataFolder()): Promise<Target | undefined> {
  try {
    const target = await localTarget(dataDir);
    if (target.lanes) return target;
    await target.close();
    return undefined;
  } catch (error) {
    if (error instanceof NoTarget) return undefined;
    throw error;
  }
}

/** Drafts that all who work on a stage share; needs no more than the policy of those who publish. */
export async function stageDeps(stage: Stage, author: string | undefined): Promise<StudioDeps> {
  const { client, stateTable, now } = await stageContent(stage);
  const releases = dynamoReleases(client, stateTable);
  const workspace = draftWorkspace({
    name: `the drafts of stage ${stage}`,
    drafts: dynamoDrafts(client, stateTable, now),
    published: async () => (await publishedFiles({ releases }))?.files ?? new Map(),
    now,
  });
  return { workspace, settings: settingsOf(stage), releases, author: authorOf(author), now };
}
