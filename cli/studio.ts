/**
 * Mails, words and journeys in the browser:
 *
 *   npm run studio                     the files of templates/, and the local run when there is one
 *   npm run studio -- --stage prod     the drafts of a stage; publishes with your AWS credentials
 */
import type { AddressInfo } from 'node:net';
import { Hono } from 'hono';
import { TEMPLATES_DIR } from '../infra/build-release.ts';
import { listen } from '../infra/local/web/server.ts';
import { stageOf } from '../infra/stage-config.ts';
import type { StudioDeps } from '../infra/studio/deps.ts';
import { loadStudio } from '../infra/studio/server.ts';
import { argumentsOf, type Io, runCommand, wholeNumber } from './command.ts';
import { folderDeps, localDeps, runningTarget, stageDeps } from './studio-places.ts';
import { NoTarget } from './targets.ts';

const USAGE = `npm run studio [-- ...]
  [--stage dev|prod]             the drafts of a stage; default: the files of the folder
  [--dir DIR]                    the folder of templates; templates/
  [--author NAME]                who saves and publishes; the name that git knows, else the login
  [--port N]                     4100`;

const OPTIONS = {
  stage: { type: 'string' },
  dir: { type: 'string', default: TEMPLATES_DIR },
  author: { type: 'string' },
  port: { type: 'string', default: '4100' },
  help: { type: 'boolean', default: false },
} as const;

type Values = ReturnType<typeof argumentsOf<typeof OPTIONS>>;

async function depsOf({ stage, dir, author }: Values): Promise<StudioDeps> {
  if (stage === undefined) {
    const running = await runningTarget();
    return running ? localDeps({ dir, author }) : folderDeps({ dir, author });
  }
  try {
    const deps = await stageDeps(stageOf(stage), author);
    // Told now, in one sentence, and not by the first page.
    await deps.releases?.current();
    return deps;
  } catch (error) {
    const { name, message } = error as Error;
    if ((error as { code?: string }).code?.includes('-')) throw error;
    throw new NoTarget(`Stage ${stage} cannot be read (${name}: ${message})`, { cause: error });
  }
}

export async function studioCommand(argv: string[], io: Io): Promise<void> {
  const values = argumentsOf(argv, OPTIONS, USAGE);
  if (values.help) return io.out(USAGE);
  const port = wholeNumber('port', values.port, 0, 65_535);
  const { server, serve } = await listen(port);
  try {
    const deps = await depsOf(values);
    const pages = await loadStudio(deps);
    const app = new Hono();
    app.get('/', (c) => c.redirect('/studio'));
    app.all('*', (c) => pages.fetch(c.req.raw));
    serve(app);
    const taken = (server.address() as AddressInfo).port;
    io.out(`The studio is at http://localhost:${taken}/studio. Ctrl-C ends it.`);
    io.out(`You edit ${deps.workspace.name} as ${deps.author}.`);
  } catch (error) {
    server.close();
    throw error;
  }
}

if (import.meta.main) process.exitCode = await runCommand(studioCommand);
