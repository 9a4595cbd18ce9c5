/** Test mails, put together: what the command and the studio send. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SESv2Client } from '@aws-sdk/client-sesv2';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { dynamoCatalogue } from '../../../functions/adapters/dynamodb/catalogue.ts';
import { readCustomer } from '../../../functions/adapters/dynamodb/customer-reader.ts';
import { dynamoLogReader } from '../../../functions/adapters/dynamodb/log.ts';
import { dynamoModelReader } from '../../../functions/adapters/dynamodb/models.ts';
import { sesMailer } from '../../../functions/adapters/ses/mailer.ts';
import { sendableAddress } from '../../../functions/adapters/ses/request.ts';
import { modelsOf, tablesOf } from '../../../functions/app/models.ts';
import type { SendOutcome } from '../../../functions/app/mail.ts';
import {
  TEST_HEADER,
  type TestMail,
  testOfCustomer,
  testOfSample,
} from '../../../functions/app/test-mail.ts';
import { aliasId } from '../../../functions/contract/ids.ts';
import type { Settings } from '../../../functions/contract/settings.ts';
import type { Instant } from '../../../functions/contract/time.ts';
import type { Customer } from '../../../functions/domain/customer.ts';
import type { CompiledTemplate } from '../../../functions/contract/release.ts';
import type { TemplateFiles } from '../../templates/files.ts';
import { journeyOf, ofBrand, openTemplates } from '../../templates/open.ts';
import { compileOne, sampleFormat, samplesFor } from '../../templates/preview.ts';

/** Where customers and SES are: a stage, or the local run. */
export type TestPlace = {
  client: DynamoDBDocumentClient;
  logTable: string;
  stateTable: string;
  /** Absent where nothing is running. */
  ses: Pick<SESv2Client, 'send'> | undefined;
  now(): Instant;
};

export type TestWish = {
  /** `post-purchase/first-thanks`. */
  mail: string;
  to: string;
  /** Default: the sample's or customer's own. */
  locale?: string;
  /** A sample of the files (default: the first), or a customer: our id, the shop's own, or an address. */
  who: { sample?: string } | { customer: string };
};

const SECRET_BYTES = 32;

/** The mail as it would go; `place` is asked for customers only. */
export async function testMail(
  settings: Settings,
  files: TemplateFiles,
  wish: TestWish,
  place?: TestPlace,
): Promise<TestMail> {
  if (!sendableAddress(wish.to)) return { refused: 'to: wanted one address, such as me@shop.com' };
  const { template, problems } = await compileOne(settings, files, wish.mail);
  if (!template || problems.length > 0) {
    const lines = problems.map(
      ({ file, line, got, wanted }) => `${file}:${line}: got ${got}; wanted ${wanted}`,
    );
    return { refused: lines.join('\n') };
  }
  const { brand } = openTemplates(settings, files);
  const shop = ofBrand(settings, brand);
  if ('customer' in wish.who) {
    const about = { template, files, settings: shop };
    return place
      ? ofCustomer(place, about, wish, wish.who.customer)
      : { refused: 'customer: nothing is running where one could be found' };
  }
  return ofSample({ template, files, settings: shop }, wish, wish.who.sample);
}

type Made = { template: CompiledTemplate; files: TemplateFiles; settings: Settings };

function ofSample(
  { template, files, settings }: Made,
  { mail, to, locale }: TestWish,
  name: string | undefined,
): TestMail {
  const samples = samplesFor(files, mail, settings);
  const sample = name === undefined ? samples[0] : samples.find((each) => each.name === name);
  if (!sample) {
    const known = samples.map((each) => each.name).join(', ');
    return { refused: `sample: got ${name}, wanted one of ${known}` };
  }
  const { variables } = sample;
  const own = (variables['customer'] as { locale?: unknown } | undefined)?.locale;
  const tag = locale ?? (typeof own === 'string' ? own : settings.shop.locale);
  const format = sampleFormat(settings, tag);
  return testOfSample({ to, template, variables, format, settings });
}

async function ofCustomer(
  place: TestPlace,
  { template, files, settings }: Made,
  { mail, to, locale }: TestWish,
  name: string,
): Promise<TestMail> {
  const { client, stateTable, now } = place;
  const customer = await findCustomer(place, name);
  const journey = journeyOf(mail, openTemplates(settings, files).journeys);
  if (!customer || !journey) return { refused: 'customer: there is none of this id or address' };
  const reading = { store: dynamoModelReader(client, stateTable), now, count: () => undefined };
  const { models } = await modelsOf(reading).current();
  const deps = {
    log: dynamoLogReader(place),
    catalogue: dynamoCatalogue(client, stateTable, (ms) => sleep(ms)),
    tables: tablesOf(reading),
    now,
    secret: () => randomBytes(SECRET_BYTES).toString('base64url'),
  };
  const about = { to, template, journey, customer, policy: { settings, models } };
  return testOfCustomer(deps, { ...about, ...(locale !== undefined && { locale }) });
}

async function findCustomer(
  { client, stateTable }: TestPlace,
  name: string,
): Promise<Customer | undefined> {
  for (const id of [name, aliasId('user', name), aliasId('email', name)]) {
    const found = await readCustomer({ client, stateTable, consistent: false }, id);
    if (found.version > 0) return found;
  }
  return undefined;
}

/** One request to SES, without configuration set and tags; or why there was none. */
export async function sendTestMail(
  settings: Settings,
  files: TemplateFiles,
  wish: TestWish,
  place: TestPlace,
): Promise<{ sent: true; words?: string } | { refused: string }> {
  const { ses } = place;
  if (!ses)
    return { refused: 'Nothing is running there that could send: start it with npm start.' };
  const made = await testMail(settings, files, wish, place);
  if ('refused' in made) return made;
  const outcome = await sesMailer(ses, { headers: [TEST_HEADER] }).send(made.mail);
  const { words } = made;
  return outcome.kind === 'accepted'
    ? { sent: true, ...(words !== undefined && { words }) }
    : { refused: whyNotSent(outcome) };
}

const whyNotSent = ({ kind, code }: Exclude<SendOutcome, { kind: 'accepted' }>): string =>
  kind === 'ambiguous'
    ? `SES did not answer (${code}): the mail may have gone.`
    : `SES did not take it: ${code}.`;
