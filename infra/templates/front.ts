/** What stands above a mail, held against the journey that sends it and the shop that it comes from. */
import type { Journey } from '../../functions/contract/journeys.ts';
import type { Settings } from '../../functions/contract/settings.ts';
import type { Problem } from '../../functions/domain/journeys/source.ts';
import type { Line, MailFile } from './files.ts';

/** Subject and preheader, each with the line that it stands on. */
export const frontLines = ({ file, front, lineOf }: MailFile): Line[] =>
  (['subject', 'preheader'] as const).map((key) => ({
    text: front[key],
    file,
    line: lineOf(key),
  }));

const domainOf = (address: string): string => address.split('@').at(-1) ?? '';

const COUPON = /\binclude\s+'coupon'|\bcoupon\./;

/** A code that nobody sees helps nobody, and a mail without a code cannot show one. */
function checkCoupon({ id, file, body, text }: MailFile, { id: journey, steps }: Journey) {
  const problems: Problem[] = [];
  for (const step of steps) {
    if (step.kind !== 'send' || step.template !== id) continue;
    const lines = [body, text].map((part) => part.find((line) => COUPON.test(line.text)));
    const [shown] = lines.filter((line) => line !== undefined);
    if (step.coupon && lines.includes(undefined)) {
      const wanted = "{% include 'coupon' %} in both of its parts";
      problems.push({ file, line: 1, got: `a step (${step.id}) with a coupon`, wanted });
    }
    if (!step.coupon && shown) {
      const wanted = `coupon: { percent: 10, valid_days: 14 } in the step ${step.id} of ${journey}`;
      problems.push({ file: shown.file, line: shown.line, got: shown.text.trim(), wanted });
    }
  }
  return problems;
}

/**
 * The journey decides purpose and topic; whoever reads a mail sees them, and they are true. The sender's
 * domain is the settings': SES refuses an identity that nobody has verified, and that stops all mails.
 */
export function checkFront(mail: MailFile, journey: Journey, { sender }: Settings): Problem[] {
  const { file, front, lineOf } = mail;
  const problems: Problem[] = [];
  const refuse = (key: string, got: string, wanted: string) =>
    problems.push({ file, line: lineOf(key), got, wanted });
  for (const step of journey.steps) {
    if (step.kind !== 'send' || step.template !== mail.id) continue;
    for (const key of ['purpose', 'topic'] as const) {
      const said = front[key];
      if (said === undefined || said === step[key]) continue;
      refuse(key, `${key}: ${said}`, `${step[key]}, as in the step ${step.id} of ${journey.id}`);
    }
  }
  problems.push(...checkCoupon(mail, journey));
  const address = front.from?.address;
  if (address !== undefined && domainOf(address) !== domainOf(sender.from)) {
    refuse('from', `the domain ${domainOf(address)}`, `the sender's: ${domainOf(sender.from)}`);
  }
  return problems;
}
