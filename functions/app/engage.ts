/**
 * What SES tells about a mail: it went, bounced, was complained about, clicked, refused. Unordered, now
 * and then twice or never. Whatever narrows permission is in the gate before it is acknowledged.
 */
import { assertNever, PerennialError } from '../contract/errors.ts';
import { hashId } from '../contract/ids.ts';
import { TAG } from '../contract/messages.ts';
import { ownEvent } from '../contract/own-events.ts';
import type { Instant } from '../contract/time.ts';
import { dayOf } from '../domain/brake.ts';
import type { Change } from '../domain/ledger.ts';
import type { Control } from './control.ts';
import type { BusMessage } from './inbound.ts';
import { type LedgerDeps, settle } from './ledger.ts';
import { store } from './narrow.ts';
import type { LogWriter, Stored } from './ports.ts';

export type EngageDeps = LedgerDeps & {
  log: LogWriter;
  control: Pick<Control, 'count'>;
  count(name: string, value?: number): void;
};

/** `ignored`: not one of our mails, or nothing that we act on. */
export type Engaged = 'confirmed' | 'refused' | 'recorded' | 'repeated' | 'ignored';

/** One SES event, without anything personal. */
export type Notice = {
  kind: 'sent' | 'bounced' | 'complained' | 'opened' | 'clicked' | 'refused';
  customerId: string;
  messageId: string;
  sesMessageId: string;
  occurredAt: Instant;
  /** Tells two bounces or clicks of one mail apart. */
  part: string;
  bounceType?: 'Permanent' | 'Transient' | 'Undetermined';
  url?: string;
  /** True when AWS does not count it either: the address was on the account's own suppression list. */
  uncounted?: true;
};

/** Throws when a write fails: the queue brings the event again, and repeats change nothing. */
export async function engage(deps: EngageDeps, message: BusMessage): Promise<Engaged> {
  const notice = noticeOf(message);
  if (!notice) return 'ignored';
  deps.count(`Ses_${notice.kind}`);
  switch (notice.kind) {
    case 'sent':
      await confirm(deps, notice);
      return 'confirmed';
    case 'refused': {
      const reason = { code: 'rejected' as const, error: notice.part };
      await move(deps, notice, { kind: 'refused', reason });
      return 'refused';
    }
    case 'bounced':
    case 'complained':
    case 'opened':
    case 'clicked':
      return record(deps, notice);
    default:
      return assertNever(notice.kind, 'kind of an SES event');
  }
}

/** The log, and the gate where it narrows, come first: a crash afterwards only delays the ledger. */
async function record(deps: EngageDeps, notice: Notice): Promise<Engaged> {
  const now = deps.clock.now();
  const stored = await store(deps.log, eventOf(notice, now));
  if (stored === 'stored') await countDay(deps, notice, now);
  await confirm(deps, notice);
  return OUTCOME[stored];
}

const OUTCOME: Readonly<Record<Stored, Engaged>> = { stored: 'recorded', duplicate: 'repeated' };

const NAMES = {
  bounced: 'Email Bounced',
  complained: 'Email Marked as Spam',
  opened: 'Email Opened',
  clicked: 'Email Link Clicked',
} as const;

function eventOf(notice: Notice, at: Instant) {
  const { kind, customerId, messageId, sesMessageId, occurredAt, part, bounceType, url } = notice;
  return ownEvent({
    id: hashId('ses', sesMessageId, kind, part),
    name: NAMES[kind as keyof typeof NAMES],
    aliasId: customerId,
    at,
    occurredAt,
    channel: 'email',
    properties: {
      message_id: messageId,
      ...(bounceType && { bounce_type: bounceType }),
      ...(url && { url }),
    },
  });
}

/** Only what AWS counts too: permanent bounces and complaints. Counted once an event, at most. */
async function countDay({ control }: EngageDeps, notice: Notice, now: Instant): Promise<void> {
  if (notice.uncounted) return;
  if (notice.kind === 'complained') await control.count(dayOf(now), 'complaints');
  if (notice.kind === 'bounced' && notice.bounceType === 'Permanent')
    await control.count(dayOf(now), 'bounces');
}

/** Whatever the event says, SES has had the mail. */
const confirm = (deps: EngageDeps, { sesMessageId, messageId, customerId }: Notice) =>
  move(deps, { messageId, customerId }, { kind: 'confirmed', at: deps.clock.now(), sesMessageId });

/** Each round means that somebody moved the row between reading and writing it. */
const ROUNDS_MAX = 5;

async function move(
  deps: EngageDeps,
  { customerId, messageId }: Pick<Notice, 'customerId' | 'messageId'>,
  change: Change,
): Promise<void> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const row = await deps.ledger.load({ customerId, messageId });
    // A settled row costs one read and no write: most events come after deliver has confirmed.
    if (!row || (row.state === 'SENT' && change.kind === 'confirmed')) return;
    if (await settle(deps, row, change)) return;
    const again = await deps.ledger.load({ customerId, messageId });
    if (again?.opId === row.opId) return;
  }
  throw new PerennialError(
    'ledger-busy',
    `message ${messageId}: its row moved ${ROUNDS_MAX} times; the queue brings the event again.`,
  );
}

type SesDetail = {
  mail?: { messageId?: unknown; tags?: { [name: string]: unknown } };
  bounce?: { bounceType?: unknown; bounceSubType?: unknown; feedbackId?: unknown } & Timed;
  complaint?: {
    feedbackId?: unknown;
    complaintSubType?: unknown;
    complaintFeedbackType?: unknown;
  } & Timed;
  open?: Timed;
  click?: { link?: unknown } & Timed;
};
type Timed = { timestamp?: unknown };

const KINDS: { [detailType: string]: Notice['kind'] } = {
  'Email Sent': 'sent',
  'Email Delivered': 'sent',
  'Email Delivery Delayed': 'sent',
  'Email Bounced': 'bounced',
  'Email Complaint Received': 'complained',
  'Email Opened': 'opened',
  'Email Clicked': 'clicked',
  'Email Rejected': 'refused',
  'Email Rendering Failed': 'refused',
};

/** Reads an event of the default bus; `undefined` for mails that are not ours and kinds that we ignore. */
export function noticeOf(message: BusMessage): Notice | undefined {
  const kind = KINDS[message['detail-type']];
  const { mail, bounce, complaint, open, click } = (message.detail ?? {}) as SesDetail;
  const customerId = tagOf(mail?.tags, TAG.customer);
  const messageId = tagOf(mail?.tags, TAG.message);
  if (!kind || !customerId || !messageId || typeof mail?.messageId !== 'string') return undefined;
  // A reader who says "this is not spam" is no complaint.
  if (complaint?.complaintFeedbackType === 'not-spam') return undefined;
  const about = bounce ?? complaint ?? click ?? open;
  const feedbackId = (bounce ?? complaint)?.feedbackId;
  const url = click && cleanUrl(click.link);
  const subType = bounce?.bounceSubType ?? complaint?.complaintSubType;
  return {
    kind,
    customerId,
    messageId,
    sesMessageId: mail.messageId,
    occurredAt: timeOf(about?.timestamp) ?? timeOf(message.time) ?? 0,
    part: partOf(kind, message, feedbackId, `${String(about?.timestamp ?? '')} ${url ?? ''}`),
    ...(bounce && { bounceType: bounceTypeOf(bounce.bounceType) }),
    ...(url && { url }),
    ...(subType === 'OnAccountSuppressionList' && { uncounted: true }),
  };
}

function partOf(
  kind: Notice['kind'],
  message: BusMessage,
  feedbackId: unknown,
  otherwise: string,
): string {
  if (kind === 'refused') return message['detail-type'];
  return typeof feedbackId === 'string' ? feedbackId : otherwise;
}

/** SES brings each tag back as a list. */
function tagOf(tags: { [name: string]: unknown } | undefined, name: string): string | undefined {
  const value = tags?.[name];
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' && first !== '' ? first : undefined;
}

const timeOf = (text: unknown): Instant | undefined => {
  const at = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
};

/** An unknown word is treated as a transient bounce: three of them suppress. */
const bounceTypeOf = (type: unknown): NonNullable<Notice['bounceType']> =>
  type === 'Permanent' || type === 'Transient' ? type : 'Undetermined';

/** Without query and fragment: they may hold a coupon or a name. */
function cleanUrl(link: unknown): string | undefined {
  if (typeof link !== 'string' || !URL.canParse(link)) return undefined;
  const { origin, pathname, protocol } = new URL(link);
  return protocol === 'https:' ? `${origin}${pathname}` : undefined;
}
