/** Synthesises the CDK app for the local run: stage dev, but mails go to everybody, at any rate. */
import { stages } from '../config.ts';
import { checkStage } from '../stage-config.ts';
import { synthesize } from '../synth.ts';
import type { BuildMessage, BuildOptions } from './build.ts';

/** Paced for the account's send rate, a frozen clock would never let the next mail go. */
const SEND_RATE = 1000;
/** Nobody has to be warmed up on a laptop. */
const MAILS_A_DAY = 1_000_000;

/** Their secrets are files of the data folder. */
const FIRST = { version: 1 };

async function synthesizeLocal(options: BuildOptions): Promise<void> {
  const stage = checkStage('dev', stages.dev);
  await synthesize({
    stage: 'dev',
    config: {
      ...stage,
      settings: { ...stage.settings, assumeConsent: options.assumeConsent },
      webhooks: { shopify: FIRST, woocommerce: FIRST, stripe: FIRST },
      mail: {
        ...stage.mail,
        allowList: ['*'],
        sendRate: SEND_RATE,
        dailyCeilingStart: MAILS_A_DAY,
      },
    },
    outdir: options.outDir,
    bundlesDir: options.bundlesDir,
  });
}

const told: BuildMessage = {};
try {
  await synthesizeLocal(JSON.parse(process.argv[2] ?? '{}'));
} catch (error) {
  told.problem = (error as Error).message;
}
process.send?.(told, undefined, {}, () => process.exit(0));
