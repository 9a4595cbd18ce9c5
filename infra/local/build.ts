/** Synthesises the CDK app for the local run: stage dev, but mails go to everybody, at any rate. */
import { LocalError } from './errors.ts';
import { type Assembly, readAssembly } from './template/assembly.ts';

/** Paced for the account's send rate, a frozen clock would never let the next mail go. */
const SEND_RATE = 1000;
/** Nobody has to be warmed up on a laptop. */
const MAILS_A_DAY = 1_000_000;

export type BuildOptions = {
  outDir: string;
  bundlesDir: string;
  /** Only for an order log, which says nothing of consent. */
  assumeConsent: boolean;
};

/** Bundles, templates, release. Throws LocalError with the first thing that cannot work. */
export async function buildSystem(options: BuildOptions): Promise<Assembly> {
  // The template validator costs 4 s; `npm test` runs it.
  process.env['CDK_VALIDATION'] ??= 'false';
  const [{ synthesize }, { checkStage }, { stages }] = await Promise.all([
    import('../synth.ts'),
    import('../stage-config.ts'),
    import('../config.ts'),
  ]);
  try {
    const stage = checkStage('dev', stages.dev);
    await synthesize({
      stage: 'dev',
      config: {
        ...stage,
        settings: { ...stage.settings, assumeConsent: options.assumeConsent },
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
  } catch (cause) {
    throw new LocalError('cannot-build', (cause as Error).message);
  }
  return readAssembly(options.outDir);
}
