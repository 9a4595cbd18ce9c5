/**
 * One mail to oneself, as a customer would get it:
 *
 *   npm run test-mail -- --mail post-purchase/first-thanks --to me@shop.com [--locale ar] [--sample NAME]
 *
 * Marked in its subject and counted by nobody; its links lead to the shop's front page and change nothing. It
 * is made from the files of the folder, published or not.
 */
import { writeFileSync } from 'node:fs';
import { TEST_HEADER } from '../functions/app/test-mail.ts';
import type { Settings } from '../functions/contract/settings.ts';
import { stages } from '../infra/config.ts';
import { emlOf } from '../infra/local/mail/eml.ts';
import { sendTestMail, testMail, type TestWish } from '../infra/local/mail/test-mails.ts';
import { checkStage, stageOf } from '../infra/stage-config.ts';
import type { TemplateFiles } from '../infra/templates/files.ts';
import { argumentsOf, CommandRefused, type Io, runCommand } from './command.ts';
import { PLACE_OPTIONS, PLACE_USAGE, templatesIn } from './publishing.ts';
import { type Target, targetOf } from './targets.ts';

const USAGE = `npm run test-mail -- --mail JOURNEY/MAIL --to ADDRESS
${PLACE_USAGE}
  [--locale TAG]                 such as ar or lt-LT; the sample's or customer's own
  [--sample NAME]                a person of _shared/samples.yaml; the first
  [--customer ID|ADDRESS]        or a customer of the shop, with what is known of them
  [--out FILE.eml]               writes the mail and sends nothing`;

const OPTIONS = {
  ...PLACE_OPTIONS,
  mail: { type: 'string' },
  to: { type: 'string' },
  locale: { type: 'string' },
  sample: { type: 'string' },
  customer: { type: 'string' },
  out: { type: 'string' },
  help: { type: 'boolean', default: false },
} as const;

/** For a file that goes nowhere. */
const NOBODY = 'reader@shop.example.com';

type Values = ReturnType<typeof argumentsOf<typeof OPTIONS>>;

function wishOf({ mail, to, out, locale, sample, customer }: Values): TestWish {
  const address = to ?? (out === undefined ? undefined : NOBODY);
  if (mail === undefined || address === undefined) throw new CommandRefused(USAGE);
  if (sample !== undefined && customer !== undefined) {
    throw new CommandRefused('got --sample and --customer; wanted one of them');
  }
  const person = sample === undefined ? {} : { sample };
  const who = customer === undefined ? person : { customer };
  return { mail, to: address, who, ...(locale !== undefined && { locale }) };
}

/** Writes the mail as it would go. */
async function writeTest(
  file: string,
  { settings, files, wish }: { settings: Settings; files: TemplateFiles; wish: TestWish },
  place: Target | undefined,
): Promise<string> {
  const made = await testMail(settings, files, wish, place);
  if ('refused' in made) throw new CommandRefused(made.refused);
  writeFileSync(file, emlOf(made.mail, [TEST_HEADER], place?.now() ?? Date.now()), { mode: 0o600 });
  return `${file}: ${made.mail.subject}`;
}

export async function testMailCommand(argv: string[], io: Io): Promise<void> {
  const values = argumentsOf(argv, OPTIONS, USAGE);
  if (values.help) return io.out(USAGE);
  const wish = wishOf(values);
  const files = templatesIn(values.dir);
  const stage = stageOf(values.stage);
  const { settings } = checkStage(stage, stages[stage]);
  const { out } = values;
  if (out !== undefined && values.customer === undefined) {
    return io.out(await writeTest(out, { settings, files, wish }, undefined));
  }
  const target = await targetOf({ local: values.local, stage });
  try {
    if (out !== undefined) return io.out(await writeTest(out, { settings, files, wish }, target));
    const outcome = await sendTestMail(settings, files, wish, target);
    if ('refused' in outcome) throw new CommandRefused(outcome.refused);
    const words = outcome.words === undefined ? '' : `, in the words of ${outcome.words}`;
    io.out(`${target.name}: sent${words}. It counts nowhere, and its links lead nowhere.`);
  } finally {
    await target.close();
  }
}

if (import.meta.main) process.exitCode = await runCommand(testMailCommand);
