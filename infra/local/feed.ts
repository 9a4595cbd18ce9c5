/** Sends a shop's events through the HTTP API, and lets its customers react to their mails. */
import { TAG } from '../../functions/contract/messages.ts';
import type { Instant } from '../../functions/contract/time.ts';
import type { Reaction } from './demo/reactions.ts';
import type { SegmentEvent } from './demo/segment.ts';
import type { Feed } from './drive/driver.ts';
import type { InboxMail } from './mail/inbox.ts';
import type { Play } from './story.ts';
import type { System } from './system.ts';

/** The feed of a play; `clicked` hears of mails whose link was followed. */
export function playFeed(
  play: Play,
  system: System,
  writeKey: string,
  clicked: (ledgerId: string) => void,
): Feed {
  const batches = play.batches()[Symbol.iterator]();
  let next = batches.next();
  const send = (events: readonly SegmentEvent[]) => post(system, writeKey, events);
  system.inbox.onMail((mail) => {
    if (system.clock.now() > play.end) return;
    for (const reaction of reactionsTo(play, system, mail)) {
      system.agenda.add(mail.at + reaction.after, () =>
        happen({ system, send, clicked }, mail, reaction),
      );
    }
  });
  return {
    next: () => (next.done ? undefined : next.value.at),
    async run(now: Instant): Promise<void> {
      while (!next.done && next.value.at <= now) {
        await send(next.value.events);
        next = batches.next();
      }
    },
  };
}

function reactionsTo(play: Play, system: System, mail: InboxMail): Reaction[] {
  const ledgerId = mail.tags[TAG.message] ?? '';
  // What it is about: an answer names the order, a buyer comes back to that cart.
  const occasion = system.figures.messageOf(ledgerId)?.occasion;
  return play.reactTo({
    to: mail.to[0] ?? '',
    journey: mail.tags[TAG.journey] ?? '',
    step: mail.tags[TAG.step] ?? '',
    messageId: ledgerId,
    at: mail.at,
    ...(occasion !== undefined && { occasion }),
  });
}

type Parts = {
  system: System;
  send(events: readonly SegmentEvent[]): Promise<void>;
  clicked(ledgerId: string): void;
};

async function happen({ system, send, clicked }: Parts, mail: InboxMail, reaction: Reaction) {
  switch (reaction.kind) {
    case 'events':
      return send(reaction.events);
    case 'click': {
      const ledgerId = mail.tags[TAG.message] ?? '';
      clicked(ledgerId);
      return system.figures.clicked(ledgerId);
    }
    case 'unsubscribe':
      return unsubscribe(system, mail);
    case 'complaint':
      return system.ses.complain(mail);
    case 'bounce':
      return system.ses.bounce(mail, reaction.bounceType);
  }
}

/** What a mail program does with List-Unsubscribe (RFC 8058). */
async function unsubscribe(system: System, mail: InboxMail): Promise<void> {
  const header = mail.headers.find(({ name }) => name.toLowerCase() === 'list-unsubscribe');
  const link = /<(https?:[^>]+)>/.exec(header?.value ?? '')?.[1];
  if (!link) return;
  const url = new URL(link);
  await system.api.handle({
    method: 'POST',
    path: url.pathname,
    query: url.search.slice(1),
    headers: { 'content-type': 'application/x-www-form-urlencoded', host: url.host },
    body: Buffer.from('List-Unsubscribe=One-Click'),
  });
}

async function post(
  system: System,
  writeKey: string,
  batch: readonly SegmentEvent[],
): Promise<void> {
  const answer = await system.api.handle({
    method: 'POST',
    path: '/v1/batch',
    query: '',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`,
    },
    body: Buffer.from(JSON.stringify({ batch })),
  });
  if (answer?.status !== 200) {
    throw new Error(`POST /v1/batch answered ${answer?.status}: ${answer?.body.toString()}`);
  }
}
