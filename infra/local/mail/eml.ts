/** A mail as a file that mail programs open. */
import { encodedName } from '../../../functions/adapters/ses/request.ts';
import type { Mail } from '../../../functions/app/mail.ts';
import { hashId } from '../../../functions/contract/ids.ts';
import type { Instant } from '../../../functions/contract/time.ts';

/** RFC 2045's longest line of base64. */
const BASE64_LINE = 76;

const base64 = (text: string): string =>
  (
    Buffer.from(text)
      .toString('base64')
      .match(new RegExp(`.{1,${BASE64_LINE}}`, 'g')) ?? []
  ).join('\r\n');

/** ASCII as it is, anything else as encoded words, folded between them. */
const headerText = (text: string): string =>
  /^[\x20-\x7e]*$/.test(text) ? text : encodedName(text).replaceAll('?= =?', '?=\r\n =?');

/** The whole file. The same mail at the same moment makes the same bytes. */
export function emlOf(
  { to, from, replyTo, subject, html, text }: Mail,
  headers: readonly { Name: string; Value: string }[],
  at: Instant,
): string {
  const boundary = `perennial-${hashId(subject, html, text)}`;
  const part = (type: string, body: string) =>
    [
      `--${boundary}`,
      `Content-Type: ${type}; charset=utf-8`,
      'Content-Transfer-Encoding: base64',
      '',
      base64(body),
    ].join('\r\n');
  return [
    `From: ${encodedName(from.name).replaceAll('?= =?', '?=\r\n =?')} <${from.address}>`,
    `To: ${to}`,
    `Reply-To: ${replyTo}`,
    `Subject: ${headerText(subject)}`,
    `Date: ${new Date(at).toUTCString().replace('GMT', '+0000')}`,
    ...headers.map(({ Name, Value }) => `${Name}: ${Value}`),
    'MIME-Version: 1.0',
    `Content-Type: multipart/alternative; boundary="${boundary}"`,
    '',
    part('text/plain', text),
    part('text/html', html),
    `--${boundary}--`,
    '',
  ].join('\r\n');
}
