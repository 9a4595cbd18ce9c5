/** SES: checked, sent to aws-ses-v2-local, kept with its tags, and told on the default bus. */
import { request, Agent, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { TAG } from '../../../functions/contract/messages.ts';
import { type Instant, iso } from '../../../functions/contract/time.ts';
import { type ApiCall, ApiError } from '../aws/api.ts';
import type { BusEvent } from '../bus/bus.ts';
import type { Json } from '../bus/pattern.ts';
import { ACCOUNT, REGION } from '../template/resolve.ts';
import { checkMail, type SendEmail } from './check.ts';
import type { Inbox, InboxMail } from './inbox.ts';

export type SesDeps = {
  inbox: Inbox;
  identities: ReadonlySet<string>;
  configurationSets: ReadonlySet<string>;
  now(): Instant;
  /** Puts an event on the default bus. */
  tell(event: BusEvent): void;
};

const SEND = 'POST /v2/email/outbound-emails';
const arn = (rest: string) => `arn:aws:ses:${REGION}:${ACCOUNT}:${rest}`;
/** Addresses that behave like those of SES's mailbox simulator, at any domain. */
const BEHAVIOURS: { [local: string]: 'bounce' | 'complaint' } = {
  bounce: 'bounce',
  complaint: 'complaint',
};

export class Ses {
  private readonly deps: SesDeps;
  private readonly agent = new Agent({ keepAlive: true });
  private server: Server | undefined;
  private port = 0;

  constructor(deps: SesDeps) {
    this.deps = deps;
  }

  async start(): Promise<void> {
    const require = createRequire(import.meta.url);
    const { default: serve } = require('aws-ses-v2-local') as {
      default(config: { host: string; port: number }): Promise<Server>;
    };
    this.server = await serve({ host: '127.0.0.1', port: 0 });
    this.port = (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.agent.destroy();
    this.server?.closeAllConnections();
    this.server?.close();
  }

  async api(call: ApiCall, raw: Buffer): Promise<object> {
    if (call.action !== SEND) {
      throw new ApiError(404, 'UnknownOperationException', `SES ${call.action}: not known here.`);
    }
    const mail = call.body as SendEmail;
    const checked = checkMail(mail, this.deps);
    this.authorize(call, mail, checked.from);
    const { MessageId } = await this.forward(raw);
    const tags = Object.fromEntries((mail.EmailTags ?? []).map((tag) => [tag.Name, tag.Value]));
    const kept: InboxMail = {
      id: MessageId,
      at: this.deps.now(),
      to: checked.recipients,
      from: mail.FromEmailAddress ?? '',
      replyTo: mail.ReplyToAddresses ?? [],
      subject: checked.subject,
      html: checked.html ?? '',
      text: checked.text ?? '',
      headers: (mail.Content?.Simple?.Headers ?? []).map(({ Name, Value }) => ({
        name: Name,
        value: Value,
      })),
      tags: { ...tags, 'ses:configuration-set': mail.ConfigurationSetName ?? '' },
    };
    this.deps.inbox.add(kept);
    this.tellOutcome(kept);
    return { MessageId };
  }

  /** Identity and configuration set are both resources of the call. */
  private authorize(call: ApiCall, mail: SendEmail, from: string): void {
    const domain = from.slice(from.indexOf('@') + 1);
    const context = { 'ses:FromAddress': from };
    call.authorize('ses:SendEmail', arn(`identity/${domain}`), context);
    if (mail.ConfigurationSetName) {
      call.authorize(
        'ses:SendEmail',
        arn(`configuration-set/${mail.ConfigurationSetName}`),
        context,
      );
    }
  }

  private forward(raw: Buffer): Promise<{ MessageId: string }> {
    return new Promise((resolve, reject) => {
      const outgoing = request(
        {
          host: '127.0.0.1',
          port: this.port,
          path: '/v2/email/outbound-emails',
          method: 'POST',
          agent: this.agent,
          headers: {
            'content-type': 'application/json',
            'content-length': raw.length,
            authorization: 'AWS local',
          },
        },
        (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (part: string) => {
            text += part;
          });
          response.on('end', () => {
            if (response.statusCode === 200) resolve(JSON.parse(text));
            else reject(new ApiError(400, 'BadRequestException', text));
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(raw);
    });
  }

  private tellOutcome(mail: InboxMail): void {
    this.tell(mail, 'Email Sent', { send: {} });
    const local = (mail.to[0] ?? '').split(/[@+]/)[0] ?? '';
    const behaviour = BEHAVIOURS[local];
    if (behaviour === 'bounce') {
      this.bounce(mail, 'Permanent');
      return;
    }
    const timestamp = iso(this.deps.now());
    this.tell(mail, 'Email Delivered', {
      delivery: { timestamp, recipients: mail.to, smtpResponse: '250 2.0.0 OK' },
    });
    if (behaviour === 'complaint') this.complain(mail);
  }

  /** The mailbox refused it for good, or for now. */
  bounce(mail: InboxMail, bounceType: 'Permanent' | 'Transient'): void {
    this.tell(mail, 'Email Bounced', {
      bounce: {
        bounceType,
        bounceSubType: 'General',
        bouncedRecipients: mail.to.map((emailAddress) => ({ emailAddress })),
        timestamp: iso(this.deps.now()),
        feedbackId: `local-${mail.id}`,
      },
    });
  }

  /** Somebody pressed the spam button. */
  complain(mail: InboxMail): void {
    this.tell(mail, 'Email Complaint Received', {
      complaint: {
        complainedRecipients: mail.to.map((emailAddress) => ({ emailAddress })),
        timestamp: iso(this.deps.now()),
        feedbackId: `local-${mail.id}`,
      },
    });
  }

  /** Only a configuration set has a destination of events: a mail without one is told of to nobody. */
  private tell(mail: InboxMail, detailType: string, extra: { [key: string]: Json }): void {
    if (!mail.tags['ses:configuration-set']) return;
    const tags = Object.entries(mail.tags).map(([name, value]) => [name, [value]]);
    const detail: Json = {
      eventType: detailType.replace('Email ', ''),
      mail: {
        timestamp: iso(mail.at),
        source: mail.from,
        messageId: mail.id,
        destination: mail.to,
        headersTruncated: false,
        tags: Object.fromEntries(tags),
      },
      ...extra,
    };
    this.deps.tell({ source: 'aws.ses', detailType, detail, at: this.deps.now() });
  }
}

/** The ledger id that a mail's tags carry. */
export const ledgerIdOf = (mail: InboxMail): string => mail.tags[TAG.message] ?? '';
