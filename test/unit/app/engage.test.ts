import { describe, expect, it } from 'vitest';
import { deliver } from '../../../functions/app/deliver.ts';
import { type EngageDeps, engage, noticeOf } from '../../../functions/app/engage.ts';
import type { BusMessage } from '../../../functions/app/inbound.ts';
import type { LogWriter } from '../../../functions/app/ports.ts';
import type { CustomerEvent } from '../../../functions/contract/events.ts';
import { DAY_MS } from '../../../functions/contract/time.ts';
import type { LedgerWorld } from '../../builders/ledger-world.ts';
import { ledgerWorld } from '../../builders/ledger-world.ts';

/** As EventBridge brings SES's events (AWS's documentation, with our tags). */
const sesEvent = (
  detailType: string,
  detail: object = {},
  tags: object = { 'perennial-message': ['message-1'], 'perennial-customer': ['customer-1'] },
): BusMessage => ({
  id: 'd5c1b1a2-0000-0000-0000-000000000001',
  source: 'aws.ses',
  'detail-type': detailType,
  time: '2026-06-10T09:00:05Z',
  detail: {
    eventType: detailType.split(' ')[1],
    mail: {
      timestamp: '2026-06-10T09:00:00.123Z',
      source: 'hello@shop.example.com',
      messageId: '0102018b7e8b0a5e-8f2e',
      destination: ['ruta@example.com'],
      tags: { 'ses:configuration-set': ['perennial'], ...tags },
    },
    ...detail,
  },
});
const bounce = (bounceType: string, feedbackId = 'f-1', bounceSubType = 'General') =>
  sesEvent('Email Bounced', {
    bounce: {
      bounceType,
      bounceSubType,
      bouncedRecipients: [{ emailAddress: 'ruta@example.com' }],
      timestamp: '2026-06-10T09:00:04.000Z',
      feedbackId,
    },
  });
const complaint = (more: object = {}) =>
  sesEvent('Email Complaint Received', {
    complaint: { timestamp: '2026-06-10T09:00:04.000Z', feedbackId: 'f-2', ...more },
  });

/** A log in memory that closes the gate together with the event, as the real one does. */
function engageWorld() {
  const world: LedgerWorld = ledgerWorld();
  const events = new Map<string, CustomerEvent>();
  const log: LogWriter = {
    append: async ({ event }) => {
      const known = events.has(event.id);
      events.set(event.id, event);
      return known ? 'duplicate' : 'stored';
    },
    appendAndNarrow: async (logged, update) => {
      const gate = await world.gateOf(logged.event.aliasId);
      world.memory.gateRows.set(gate.customerId, update(gate));
      return log.append(logged);
    },
  };
  const deps: EngageDeps = { ...world.deps, log };
  return { ...world, engageDeps: deps, events };
}
const inDoubt = async () => {
  const world = engageWorld();
  world.answers.push({ kind: 'ambiguous', code: 'Timeout' });
  const order = world.plan();
  await deliver(world.deps, order);
  return { world, order };
};

describe('an SES event', () => {
  it.each(['Email Sent', 'Email Delivered', 'Email Delivery Delayed'])(
    '%s confirms a mail of which nobody knew, and writes nothing else',
    async (detailType) => {
      const { world, order } = await inDoubt();
      expect(await engage(world.engageDeps, sesEvent(detailType))).toBe('confirmed');
      expect(world.rowOf(order)).toMatchObject({
        state: 'SENT',
        sesMessageId: '0102018b7e8b0a5e-8f2e',
        reason: { code: 'confirmed-by-event' },
      });
      expect(world.events.size).toBe(0);
    },
  );

  it('about a mail that is SENT costs a read and no write', async () => {
    const world = engageWorld();
    const order = world.plan();
    await deliver(world.deps, order);
    const before = world.rowOf(order);
    world.engageDeps.ledger = {
      ...world.deps.ledger,
      write: async () => {
        throw new Error('no write expected');
      },
    };
    await engage(world.engageDeps, sesEvent('Email Delivered'));
    expect(world.rowOf(order)).toEqual(before);
  });

  it('comes again when the row keeps moving under it', async () => {
    const { world } = await inDoubt();
    let moves = 0;
    const load = world.deps.ledger.load;
    world.engageDeps.ledger = {
      load: async (order) => {
        const row = await load(order);
        moves += 1;
        return row && { ...row, opId: `moved-${moves}` };
      },
      write: async () => 'row-moved',
      move: async () => 'row-moved',
    };
    await expect(engage(world.engageDeps, sesEvent('Email Delivered'))).rejects.toThrow('moved 5');
  });

  it('of a mail that is not ours, or of a kind that we do not know, is ignored', async () => {
    const world = engageWorld();
    expect(await engage(world.engageDeps, sesEvent('Email Sent', {}, {}))).toBe('ignored');
    expect(await engage(world.engageDeps, sesEvent('Email Subscribed'))).toBe('ignored');
    expect(await engage(world.engageDeps, { ...sesEvent('Email Sent'), detail: null })).toBe(
      'ignored',
    );
  });

  it('confirms a mail whose claim was given back, and enters the claim again', async () => {
    const world = engageWorld();
    world.answers.push({ kind: 'rejected', code: 'MessageRejected' });
    const order = world.plan();
    await deliver(world.deps, order);
    expect((await world.gateOf('customer-1')).claims).toEqual([]);
    await engage(world.engageDeps, sesEvent('Email Delivered'));
    expect(world.rowOf(order).state).toBe('SENT');
    expect((await world.gateOf('customer-1')).claims).toHaveLength(1);
  });

  it.each(['Email Rejected', 'Email Rendering Failed'])(
    '%s means that no mail went out, whenever it comes',
    async (detailType) => {
      const world = engageWorld();
      const order = world.plan();
      await deliver(world.deps, order);
      expect(await engage(world.engageDeps, sesEvent(detailType))).toBe('refused');
      expect(world.rowOf(order)).toMatchObject({ state: 'FAILED', reason: { code: 'rejected' } });
      expect((await world.gateOf('customer-1')).claims).toEqual([]);
      await engage(world.engageDeps, sesEvent('Email Sent'));
      expect(world.rowOf(order).state).toBe('FAILED');
    },
  );
});

describe('a bounce', () => {
  it('for good closes the gate at once, is logged and counted, and confirms the mail', async () => {
    const { world, order } = await inDoubt();
    expect(await engage(world.engageDeps, bounce('Permanent'))).toBe('recorded');
    expect((await world.gateOf('customer-1')).suppressed?.code).toBe('hard-bounce');
    expect([...world.events.values()]).toMatchObject([
      {
        name: 'Email Bounced',
        aliasId: 'customer-1',
        occurredAt: Date.parse('2026-06-10T09:00:00.000Z'),
        properties: { messageId: 'message-1', bounceType: 'Permanent' },
      },
    ]);
    expect(world.control.state.days).toMatchObject([{ day: '2026-06-10', bounces: 1 }]);
    expect(world.rowOf(order).state).toBe('SENT');
  });

  it('that comes twice is logged and counted once', async () => {
    const world = engageWorld();
    world.plan();
    await engage(world.engageDeps, bounce('Permanent'));
    expect(await engage(world.engageDeps, bounce('Permanent'))).toBe('repeated');
    expect(world.events.size).toBe(1);
    expect(world.control.state.days).toMatchObject([{ bounces: 1 }]);
  });

  it('that may pass suppresses only as the third within 30 days, and is not counted', async () => {
    const world = engageWorld();
    for (const [n, type] of ['Transient', 'Undetermined', 'Transient'].entries()) {
      expect((await world.gateOf('customer-1')).suppressed).toBeUndefined();
      world.clock.at += DAY_MS;
      await engage(world.engageDeps, bounce(type, `f-${n}`));
    }
    expect((await world.gateOf('customer-1')).suppressed?.code).toBe('soft-bounces');
    expect(world.control.state.days).toEqual([]);
  });

  it('of the account’s own suppression list suppresses, and is not counted', async () => {
    const world = engageWorld();
    await engage(world.engageDeps, bounce('Permanent', 'f-1', 'OnAccountSuppressionList'));
    expect((await world.gateOf('customer-1')).suppressed?.code).toBe('hard-bounce');
    expect(world.control.state.days).toEqual([]);
  });
});

describe('a complaint', () => {
  it('closes the gate at once and is counted', async () => {
    const world = engageWorld();
    expect(await engage(world.engageDeps, complaint())).toBe('recorded');
    expect((await world.gateOf('customer-1')).suppressed?.code).toBe('complaint');
    expect(world.control.state.days).toMatchObject([{ complaints: 1 }]);
  });

  it('that says "not spam" is none', async () => {
    const world = engageWorld();
    const event = complaint({ complaintFeedbackType: 'not-spam' });
    expect(await engage(world.engageDeps, event)).toBe('ignored');
    expect((await world.gateOf('customer-1')).suppressed).toBeUndefined();
  });

  it('is not acknowledged when the gate could not be closed', async () => {
    const world = engageWorld();
    world.engageDeps.log = {
      ...world.engageDeps.log,
      appendAndNarrow: async () => {
        throw new Error('throttled');
      },
    };
    await expect(engage(world.engageDeps, complaint())).rejects.toThrow('throttled');
  });
});

describe('a click', () => {
  it('is logged with the page, without query, and confirms the mail', async () => {
    const { world, order } = await inDoubt();
    const click = (link: string) =>
      sesEvent('Email Clicked', { click: { timestamp: '2026-06-10T10:00:00Z', link } });
    await engage(world.engageDeps, click('https://shop.example.com/ring?name=Ruta#top'));
    await engage(world.engageDeps, click('https://shop.example.com/other'));
    expect([...world.events.values()].map(({ properties }) => properties['url'])).toEqual([
      'https://shop.example.com/ring',
      'https://shop.example.com/other',
    ]);
    expect(world.rowOf(order).state).toBe('SENT');
  });

  it('or an open never changes the gate', async () => {
    const world = engageWorld();
    const open = sesEvent('Email Opened', { open: { timestamp: '2026-06-10T10:00:00Z' } });
    expect(await engage(world.engageDeps, open)).toBe('recorded');
    expect((await world.gateOf('customer-1')).version).toBe(0);
  });
});

describe('what is read from an SES event', () => {
  it('holds no address', () => {
    expect(JSON.stringify([bounce('Permanent'), complaint()].map(noticeOf))).not.toContain('@');
  });
});
