/**
 * Writes the templates to `cdk.out`: `npm run synth -- --stage prod`, or `npx cdk deploy --all -c stage=prod`.
 * Without a stage it is `dev`.
 */
import { parseArgs } from 'node:util';
import { TEMPLATES_DIR } from './build-release.ts';
import { stages } from './config.ts';
import { checkStage, stageOf } from './stage-config.ts';
import { refuseErrors } from './templates/checks/index.ts';
import { readTemplates } from './templates/files.ts';

/** The CDK command line hands over `-c stage=prod` in this variable. */
const context = JSON.parse(process.env.CDK_CONTEXT_JSON ?? '{}');

/** What a shop wrote cannot work: its sentences are enough, a trace would only hide them. */
const REFUSED = ['config-refused', 'release-refused', 'ERR_PARSE_ARGS_UNKNOWN_OPTION'];

try {
  const { values } = parseArgs({ options: { stage: { type: 'string' } } });
  const stage = stageOf(values.stage ?? context.stage ?? process.env.PERENNIAL_STAGE);
  const config = checkStage(stage, stages[stage]);
  // What is deployed first is what customers get until somebody publishes.
  await refuseErrors(config.settings, readTemplates(TEMPLATES_DIR));
  // Loaded late: the CDK takes a second, and values that cannot work need none of it.
  const { synthesize } = await import('./synth.ts');
  await synthesize({ stage, config, outdir: process.env.CDK_OUTDIR });
} catch (error) {
  const { code, message } = error as { code?: string; message: string };
  if (code === undefined || !REFUSED.includes(code)) throw error;
  console.error(message);
  process.exitCode = 1;
}
