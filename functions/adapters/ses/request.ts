/**
 * A mail as SES's request, checked before it leaves: SES's stand-ins accept what SES would refuse, and a
 * name with a line break must never become a header. Pure.
 */
import { domainToASCII } from 'node:url';
import type { SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import type { Mail } from '../../app/mail.ts';

export type SesConfig = {
  /** Without one, SES tells of the mail to nobody: test mails. */
  configurationSet?: string;
  /** Where the region has tenants: marketing cannot stop the shop's other mail. */
  tenant?: string;
  /** On every mail. */
  headers?: readonly { Name: string; Value: string }[];
};

/** `code` says what is wrong, never with the address or text itself. */
export type RequestFault =
  | 'to-invalid'
  | 'from-invalid'
  | 'reply-to-invalid'
  | 'subject-invalid'
  | 'body-empty'
  | 'body-too-large'
  | 'header-invalid'
  | 'tag-invalid';

/** SES: name and value together. */
export const HEADER_CHARS_MAX = 996;
/** RFC 5322's longest line; no inbox shows a quarter of it. */
export const SUBJECT_CHARS_MAX = 998;
/** Far above Gmail's 102 KB, far below SES's 40 MB: more is a template in a loop. */
export const BODY_BYTES_MAX = 1024 * 1024;
/** RFC 5321's longest path. */
const ADDRESS_CHARS_MAX = 254;

const PRINTABLE = /^[\x20-\x7e]*$/;
const HEADER_NAME = /^[\x21-\x39\x3b-\x7e]+$/;
const TAG = /^[A-Za-z0-9_-]{1,256}$/;
/** One plain address: no display name, quoting, comment or list, which SES would read as more than one. */
const LOCAL = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}$/;
const DOMAIN = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

/** The address with its domain in ASCII (IDNA); `undefined` where it is none that SES can send to. */
export function sendableAddress(address: string): string | undefined {
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  const domain = domainToASCII(address.slice(at + 1));
  const plain = `${local}@${domain}`;
  const fits = at > 0 && plain.length <= ADDRESS_CHARS_MAX;
  return fits && LOCAL.test(local) && DOMAIN.test(domain) ? plain : undefined;
}

/** RFC 2047 allows 75 characters a word; 45 bytes become 60 of base64 and 12 of frame. */
const WORD_BYTES = 45;

/** A display name for a From header: quoted where it is ASCII, encoded words otherwise. */
export function encodedName(name: string): string {
  const clean = name.replace(/\p{Cc}+/gu, ' ').trim();
  if (PRINTABLE.test(clean)) return `"${clean.replace(/["\\]/g, '\\$&')}"`;
  const words: string[] = [''];
  for (const char of clean) {
    const last = words.length - 1;
    if (Buffer.byteLength(words[last] + char) <= WORD_BYTES) words[last] += char;
    else words.push(char);
  }
  return words.map((word) => `=?UTF-8?B?${Buffer.from(word).toString('base64')}?=`).join(' ');
}

/** RFC 8058: a POST to the link leaves, without cookies, redirect or a further click. */
const unsubscribeHeaders = (url: string | undefined) =>
  url === undefined
    ? []
    : [
        { Name: 'List-Unsubscribe', Value: `<${url}>` },
        { Name: 'List-Unsubscribe-Post', Value: 'List-Unsubscribe=One-Click' },
      ];

const headerFits = ({ Name, Value }: { Name: string; Value: string }): boolean =>
  HEADER_NAME.test(Name) && PRINTABLE.test(Value) && Name.length + Value.length <= HEADER_CHARS_MAX;

/** The request, or what keeps it from being one. */
export function sesRequest(
  mail: Mail,
  config: SesConfig,
): { request: SendEmailCommandInput } | { fault: RequestFault } {
  const to = sendableAddress(mail.to);
  const from = sendableAddress(mail.from.address);
  const replyTo = sendableAddress(mail.replyTo);
  const headers = [...unsubscribeHeaders(mail.unsubscribeUrl), ...(config.headers ?? [])];
  const fault = faultOf(mail, headers);
  if (fault) return { fault };
  if (!to) return { fault: 'to-invalid' };
  if (!from) return { fault: 'from-invalid' };
  if (!replyTo) return { fault: 'reply-to-invalid' };
  const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' });
  const tags = Object.entries(mail.tags).map(([Name, Value]) => ({ Name, Value }));
  return {
    request: {
      FromEmailAddress: `${encodedName(mail.from.name)} <${from}>`,
      ReplyToAddresses: [replyTo],
      Destination: { ToAddresses: [to] },
      Content: {
        Simple: {
          Subject: utf8(mail.subject),
          Body: { Html: utf8(mail.html), Text: utf8(mail.text) },
          ...(headers.length > 0 && { Headers: headers }),
        },
      },
      ...(tags.length > 0 && { EmailTags: tags }),
      ...(config.configurationSet && { ConfigurationSetName: config.configurationSet }),
      ...(config.tenant && { TenantName: config.tenant }),
    },
  };
}

function faultOf(
  mail: Mail,
  headers: readonly { Name: string; Value: string }[],
): RequestFault | undefined {
  const { subject, html, text, tags } = mail;
  if (subject.trim() === '' || subject.length > SUBJECT_CHARS_MAX || /\p{Cc}/u.test(subject))
    return 'subject-invalid';
  if (html.trim() === '' || text.trim() === '') return 'body-empty';
  if (Buffer.byteLength(html) + Buffer.byteLength(text) > BODY_BYTES_MAX) return 'body-too-large';
  if (!headers.every(headerFits) || (mail.unsubscribeUrl && !isHttps(mail.unsubscribeUrl)))
    return 'header-invalid';
  if (!Object.entries(tags).every((tag) => tag.every((part) => TAG.test(part))))
    return 'tag-invalid';
  return undefined;
}

/**
 * One https link without spaces or brackets, which would end it early. Plain http only to this machine:
 * the local run's own pages.
 */
const isHttps = (url: string): boolean =>
  /^(https:\/\/|http:\/\/localhost[:/])[^\s<>,]+$/.test(url) && URL.canParse(url);
