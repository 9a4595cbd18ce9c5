/**
 * Checks the templates, as they are checked before they are published:
 *
 *   npm run templates [-- --mail JOURNEY/MAIL] [--json] [--dir DIR] [--stage S]
 */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { TEMPLATES_DIR } from '../infra/build-release.ts';
import { stages } from '../infra/config.ts';
import { checkStage, ConfigRefused, stageOf } from '../infra/stage-config.ts';
import { checkAll } from '../infra/templates/checks/index.ts';
import { errorsIn, findingsReport, verdict } from '../infra/templates/checks/report.ts';
import { readTemplates } from '../infra/templates/files.ts';
import { steps } from './progress.ts';

const USAGE = `npm run templates
  [--mail JOURNEY/MAIL]   one mail, and what it is made of
  [--json]                findings for other programs, on the standard output
  [--dir DIR]             another folder of templates
  [--stage dev|prod]      whose settings of infra/config.ts; dev
Every mail in every language for every sample customer. Ends with 1 where there is an error; docs/checks.md
has all rules.`;

/** Ends the command with one clear sentence. */
class Refused extends Error {}

const OPTIONS = {
  mail: { type: 'string' },
  json: { type: 'boolean', default: false },
  dir: { type: 'string', default: TEMPLATES_DIR },
  stage: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

function argumentsOf(args: string[]) {
  try {
    return parseArgs({ args, options: OPTIONS }).values;
  } catch (error) {
    throw new Refused(`${(error as Error).message}\n\n${USAGE}`);
  }
}

/** Of the whole command; on a busy machine the steadier figure. */
function cpuSeconds(): string {
  const { user, system } = process.cpuUsage();
  return ((user + system) / 1e6).toFixed(1);
}

async function main(argv: string[]): Promise<number> {
  const { mail, json, dir, stage: named, help } = argumentsOf(argv);
  if (help) {
    console.log(USAGE);
    return 0;
  }
  const stage = stageOf(named);
  const { settings } = checkStage(stage, stages[stage]);
  if (!existsSync(dir)) throw new Refused(`--dir: no folder ${dir}`);
  const files = readTemplates(dir);
  if (mail !== undefined && !files.has(`${mail}.mjml`)) {
    throw new Refused(
      `--mail: no file ${mail}.mjml in ${dir}; wanted such as post-purchase/first-thanks`,
    );
  }
  // A line for each mail helps whoever watches, and nobody who reads a log.
  const progress = steps(process.stderr.isTTY ? process.stderr : undefined);
  const started = performance.now();
  const checked = await checkAll(settings, files, {
    ...(mail !== undefined && { mail }),
    progress: (done, all, id) => progress.show(`${done}/${all} ${id}`),
  });
  progress.end();
  const seconds = (performance.now() - started) / 1000;
  const { findings, rendered, release } = checked;
  if (json) {
    const told = { findings, rendered, seconds, release: release?.policy.release };
    console.log(JSON.stringify(told, undefined, 2));
  } else {
    const report = findingsReport(findings);
    if (report) console.log(report);
    console.log(
      `${verdict(checked)}, in ${seconds.toFixed(1)} s (${cpuSeconds()} s of CPU in all)`,
    );
  }
  return errorsIn(findings).length > 0 ? 1 : 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const known = error instanceof Refused || error instanceof ConfigRefused;
  console.error(known ? error.message : error);
  process.exitCode = 1;
}
