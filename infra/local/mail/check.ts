/** What SES would refuse, so that it is refused on the laptop: aws-ses-v2-local accepts nearly all. */
import { ApiError } from '../aws/api.ts';

export type SendEmail = {
  FromEmailAddress?: string;
  ConfigurationSetName?: string;
  TenantName?: string;
  ReplyToAddresses?: string[];
  Destination?: { ToAddresses?: string[]; CcAddresses?: string[]; BccAddresses?: string[] };
  EmailTags?: { Name: string; Value: string }[];
  Content?: {
    Simple?: {
      Subject?: { Data?: string };
      Body?: { Html?: { Data?: string }; Text?: { Data?: string } };
      Headers?: { Name: string; Value: string }[];
    };
  };
};

/** Recipients a call. */
const RECIPIENTS_MAX = 50;
const TAGS_MAX = 50;
const TAG = /^[A-Za-z0-9_-]{1,256}$/;
/** `ses:` and other prefixes of AWS are reserved, and no tag character allows a colon anyway. */
const HEADERS_MAX = 15;
const HEADER_BYTES_MAX = 996;
const HEADER_NAME = /^[\x21-\x39\x3b-\x7e]{1,126}$/;
const PRINTABLE = /^[\x20-\x7e]*$/;
const ADDRESS = /^(?:[^<>]*<)?([^\s<>@]+@[^\s<>@]+\.[^\s<>@]+)>?$/;
/** 40 MB is the limit of SES; a mail above 1 MB is a mistake here. */
const SUBJECT_MAX = 998;

const refuse = (code: string, message: string): never => {
  throw new ApiError(400, code, message);
};

/** The bare address of `Name <address>`. */
export function addressOf(text: string): string {
  return ADDRESS.exec(text.trim())?.[1] ?? refuse('BadRequestException', 'Illegal address');
}

/** Throws as SES does. Returns the parts that every mail here has. */
export function checkMail(
  mail: SendEmail,
  account: { identities: ReadonlySet<string>; configurationSets: ReadonlySet<string> },
) {
  const simple = mail.Content?.Simple ?? refuse('BadRequestException', 'Only Simple content here.');
  const from = addressOf(mail.FromEmailAddress ?? '');
  checkIdentity(from, account.identities);
  const set = mail.ConfigurationSetName;
  if (set !== undefined && !account.configurationSets.has(set)) {
    refuse('NotFoundException', `Configuration set <${set}> does not exist.`);
  }
  const { ToAddresses = [], CcAddresses = [], BccAddresses = [] } = mail.Destination ?? {};
  const recipients = [...ToAddresses, ...CcAddresses, ...BccAddresses];
  if (recipients.length < 1 || recipients.length > RECIPIENTS_MAX) {
    refuse('BadRequestException', `Recipients: got ${recipients.length}, wanted 1 to 50.`);
  }
  for (const one of [...recipients, ...(mail.ReplyToAddresses ?? [])]) addressOf(one);
  checkTags(mail.EmailTags ?? []);
  checkHeaders(simple.Headers ?? []);
  const subject = simple.Subject?.Data ?? '';
  if (subject === '' || subject.length > SUBJECT_MAX || /[\r\n]/.test(subject)) {
    refuse('BadRequestException', 'Subject: wanted one line of text.');
  }
  const { Html, Text } = simple.Body ?? {};
  if (!Html?.Data && !Text?.Data) refuse('BadRequestException', 'Missing body.');
  return { from, recipients, subject, html: Html?.Data, text: Text?.Data };
}

function checkIdentity(from: string, identities: ReadonlySet<string>): void {
  const domain = from.slice(from.indexOf('@') + 1).toLowerCase();
  const verified = [...identities].some(
    (identity) => identity === from || domain === identity || domain.endsWith(`.${identity}`),
  );
  if (!verified) {
    refuse(
      'MessageRejected',
      `Email address is not verified. The following identities failed the check: ${domain}`,
    );
  }
}

function checkTags(tags: readonly { Name: string; Value: string }[]): void {
  if (tags.length > TAGS_MAX) refuse('BadRequestException', `Tags: got ${tags.length}, wanted 50.`);
  for (const { Name, Value } of tags) {
    if (TAG.test(Name) && TAG.test(Value)) continue;
    refuse('BadRequestException', `Invalid tag <${Name}>: only A-Z a-z 0-9 _ - are allowed.`);
  }
  if (new Set(tags.map(({ Name }) => Name)).size < tags.length) {
    refuse('BadRequestException', 'Duplicate tag names.');
  }
}

function checkHeaders(headers: readonly { Name: string; Value: string }[]): void {
  if (headers.length > HEADERS_MAX) {
    refuse('BadRequestException', `Headers: got ${headers.length}, wanted at most ${HEADERS_MAX}.`);
  }
  for (const { Name, Value } of headers) {
    const bytes = Name.length + Value.length;
    if (HEADER_NAME.test(Name) && PRINTABLE.test(Value) && bytes <= HEADER_BYTES_MAX) continue;
    refuse('BadRequestException', `Invalid header <${Name}>: printable ASCII, 996 characters.`);
  }
}
