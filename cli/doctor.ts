/**
 * Says what a stage still needs before it can mail, and what to do about it:
 *
 *   npm run doctor -- --stage S [--send] [--create-secret [--rotate]] [--write-keys]
 */
import { parseArgs } from 'node:util';
import { writeKey } from '../functions/contract/write-keys.ts';
import { stages } from '../infra/config.ts';
import { checkStage, ConfigRefused, stageOf } from '../infra/stage-config.ts';
import {
  awsPorts,
  createSecret,
  secretOf,
  sendToSimulator,
  SIMULATOR,
} from './doctor/aws-ports.ts';
import { examine, type Patient } from './doctor/checks.ts';
import { report, verdict } from './doctor/report.ts';

const OPTIONS = {
  stage: { type: 'string' },
  /** Sends one mail to the SES simulator. */
  send: { type: 'boolean', default: false },
  'create-secret': { type: 'boolean', default: false },
  rotate: { type: 'boolean', default: false },
  /** Shows the first write key of each kind. */
  'write-keys': { type: 'boolean', default: false },
} as const;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: OPTIONS });
  const stage = stageOf(values.stage);
  const config = checkStage(stage, stages[stage]);
  const region = config.region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION;
  const patient: Patient = { stage, config };
  if (values['create-secret']) {
    const version = await createSecret(region, stage, values.rotate);
    console.log(
      version === 'exists'
        ? `The secret of ${stage} is there; --rotate makes a new version.`
        : `The secret of ${stage} has version ${version}: set secret.version in infra/config.ts.`,
    );
    return 0;
  }
  if (values['write-keys']) return showKeys(region, patient);
  const checks = await examine(awsPorts(region), patient);
  console.log(report(checks));
  if (values.send) {
    const id = await sendToSimulator(region, patient);
    console.log(`ok      sent to ${SIMULATOR}: ${id}`);
  }
  console.log(`\n${verdict(checks)}`);
  return checks.some(({ state }) => state === 'todo') ? 1 : 0;
}

async function showKeys(region: string | undefined, { stage, config }: Patient): Promise<number> {
  const secret = await secretOf(region, stage, config.secret.version);
  if (!secret) {
    console.error(`No secret yet: npm run doctor -- --stage ${stage} --create-secret`);
    return 1;
  }
  console.log(`server (secret, for the shop's server): ${writeKey('server', 1, secret)}`);
  console.log(`browser (public, for web pages):        ${writeKey('browser', 1, secret)}`);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  const known = error instanceof ConfigRefused;
  console.error(
    known ? error.message : `doctor: ${(error as Error).name}: ${(error as Error).message}`,
  );
  process.exitCode = 1;
}
