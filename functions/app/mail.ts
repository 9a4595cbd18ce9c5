/** A finished mail, and the port that hands it to SES. */
import type { SendFailure } from '../domain/classify.ts';

export type Mail = {
  to: string;
  from: { name: string; address: string };
  replyTo: string;
  subject: string;
  html: string;
  text: string;
  /** Absent on transactional mail. Goes into `List-Unsubscribe`; its POST unsubscribes (RFC 8058). */
  unsubscribeUrl?: string;
  /** SES message tags: they come back with every SES event. */
  tags: { [name: string]: string };
};

export type SendOutcome = { kind: 'accepted'; sesMessageId: string } | SendFailure;

export type Mailer = {
  /** Exactly one request on the wire, or none where the mail itself is not allowed ('rejected'). */
  send(mail: Mail): Promise<SendOutcome>;
};
