import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deliver } from '../../../functions/app/deliver.ts';
import { settle } from '../../../functions/app/ledger.ts';
import type { SendOutcome } from '../../../functions/app/mail.ts';
import { GATE_CLAIMS_MAX } from '../../../functions/contract/messages.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../functions/contract/time.ts';
import { openGate, suppress, withdraw } from '../../../functions/domain/gate.ts';
import { closes, closure } from '../../../functions/domain/ledger.ts';
import { NOON } from '../../builders/ledger.ts';
import { ledgerWorld } from '../../builders/ledger-world.ts';

const left = { at: NOON, id: 'e', source: 'unsubscribe' };
const lost = async () => {
  throw new Error('connection lost');
};

describe('deliver', () => {
  it('sends a mail that is due, once, with its ledger id in the tags', async () => {
    const world = ledgerWorld();
    const order = world.plan();
    expect(await deliver(world.deps, order)).toEqual({
      outcome: 'sent',
      reason: { code: 'accepted' },
    });
    expect(await deliver(world.deps, order)).toEqual({ outcome: 'skipped' });
    expect(world.mails).toHaveLength(1);
    expect(world.mails[0]?.tags).toEqual({
      'perennial-message': 'message-1',
      'perennial-customer': 'customer-1',
      'perennial-journey': 'post-purchase',
      'perennial-step': 'thank-you',
      'perennial-op': 'op-1',
    });
    expect(world.rowOf(order)).toMatchObject({
      state: 'SENT',
      sesMessageId: 'ses-1',
      sentAt: NOON,
      attempt: 1,
    });
    expect((await world.gateOf('customer-1')).claims).toEqual([['message-1', NOON]]);
  });

  it('says in row and reason which words the mail was written in', async () => {
    const world = ledgerWorld();
    const order = world.plan();
    const compose = world.deps.composer.compose;
    world.deps.composer.compose = async (...args) => ({ ...(await compose(...args)), words: 'ar' });
    const reason = { code: 'accepted', words: 'ar' };
    expect(await deliver(world.deps, order)).toEqual({ outcome: 'sent', reason });
    expect(world.rowOf(order)).toMatchObject({ state: 'SENT', words: 'ar', reason });
  });

  it('keeps the coupon that the mail was claimed with, also once it is sent', async () => {
    const world = ledgerWorld();
    const order = world.plan();
    const compose = world.deps.composer.compose;
    const coupon = { code: 'OAK-7KQM', percent: 10, issuedAt: NOON, expiresAt: NOON + 1 };
    world.deps.composer.compose = async (...args) => ({ ...(await compose(...args)), coupon });
    await deliver(world.deps, order);
    expect(world.rowOf(order)).toMatchObject({ state: 'SENT', coupon });
  });

  it('does nothing before the mail is due, and nothing for a row that is not there', async () => {
    const world = ledgerWorld();
    const order = world.plan({ plannedAt: NOON + 1 });
    expect(await deliver(world.deps, order)).toEqual({ outcome: 'skipped' });
    expect(await deliver(world.deps, { ...order, messageId: 'none' })).toEqual({
      outcome: 'skipped',
    });
    expect(world.mails).toEqual([]);
  });

  it('sends one mail when the same order is handled many times at once', async () => {
    const world = ledgerWorld();
    const order = world.plan();
    await Promise.all(Array.from({ length: 20 }, () => deliver(world.deps, order)));
    expect(world.mails).toHaveLength(1);
  });

  it('never goes beyond the caps, however many mails of a customer are handled at once', async () => {
    const world = ledgerWorld();
    const orders = Array.from({ length: 8 }, (_, n) => world.plan({ id: `m${n}` }));
    await Promise.all(orders.map((order) => deliver(world.deps, order)));
    expect(world.mails).toHaveLength(1);
    const states = orders.map((order) => world.rowOf(order).state);
    expect(states.filter((state) => state === 'SENT')).toHaveLength(1);
    expect(states.filter((state) => state === 'PLANNED')).toHaveLength(7);
  });

  it('judges again when the gate moves between reading and claiming', async () => {
    const world = ledgerWorld();
    const order = world.plan();
    const compose = world.deps.composer.compose;
    world.deps.composer.compose = async (...args) => {
      const gate = await world.gateOf('customer-1');
      world.memory.gateRows.set('customer-1', withdraw(gate, '*', left));
      return compose(...args);
    };
    expect(await deliver(world.deps, order)).toEqual({
      outcome: 'suppressed',
      reason: { code: 'consent-withdrawn' },
    });
    expect(world.mails).toEqual([]);
    expect(world.rowOf(order).state).toBe('SUPPRESSED');
  });

  it('sends no transactional mail to an address that bounces between reading and claiming', async () => {
    const world = ledgerWorld();
    const order = world.plan({ purpose: 'transactional' });
    const compose = world.deps.composer.compose;
    world.deps.composer.compose = async (...args) => {
      const gate = await world.gateOf('customer-1');
      world.memory.gateRows.set('customer-1', suppress(gate, 'hard-bounce', NOON));
      return compose(...args);
    };
    expect((await deliver(world.deps, order)).reason).toEqual({ code: 'hard-bounce' });
    expect(world.mails).toEqual([]);
  });

  it('counts a claim from the moment when the mail was due, so that a day later is a day later', async () => {
    const world = ledgerWorld();
    const first = world.plan();
    const second = world.plan({ id: 'm2', plannedAt: NOON + DAY_MS });
    world.clock.at = NOON + 3_000;
    await deliver(world.deps, first);
    world.clock.at = NOON + DAY_MS + 1_000;
    expect((await deliver(world.deps, second)).outcome).toBe('sent');
  });

  it('puts a mail back where the gate is full', async () => {
    const world = ledgerWorld();
    const order = world.plan();
    const claims = Array.from({ length: GATE_CLAIMS_MAX }, (_, n): [string, number] => [
      `m${n}`,
      NOON - 6 * DAY_MS + n,
    ]);
    world.memory.gateRows.set('customer-1', { ...openGate('customer-1'), version: 1, claims });
    expect((await deliver(world.deps, order)).outcome).toBe('put-back');
  });

  it('fails what cannot be rendered, and suppresses what a template aborts, without a claim', async () => {
    for (const [composed, state] of [
      [{ failed: 'x: unknown variable' }, 'FAILED'],
      [{ aborted: 'nothing to say' }, 'SUPPRESSED'],
      [{ suppressed: { code: 'product-gone', product: 'RING-9' } }, 'SUPPRESSED'],
    ] as const) {
      const world = ledgerWorld();
      const order = world.plan();
      world.deps.composer.compose = async () => composed;
      await deliver(world.deps, order);
      expect(world.rowOf(order).state).toBe(state);
      expect(world.mails).toEqual([]);
      expect((await world.gateOf('customer-1')).claims).toEqual([]);
    }
  });

  it('makes no call to SES with less than 15 seconds of the lease left', async () => {
    const world = ledgerWorld();
    const order = world.plan();
    const write = world.deps.ledger.write;
    world.deps.ledger.write = async (change) => {
      const outcome = await write(change);
      if (change.row.state === 'SENDING') world.clock.at += 46_000;
      return outcome;
    };
    expect((await deliver(world.deps, order)).reason).toEqual({
      code: 'lease-lost',
      leftMs: 14_000,
    });
    expect(world.mails).toEqual([]);
    expect(world.rowOf(order).state).toBe('PLANNED');
    expect((await world.gateOf('customer-1')).claims).toEqual([]);
  });
});

describe('what SES answers', () => {
  async function answered(outcome: SendOutcome | (() => never)) {
    const world = ledgerWorld();
    world.answers.push(outcome);
    const order = world.plan();
    const delivery = await deliver(world.deps, order);
    return {
      world,
      order,
      delivery,
      row: world.rowOf(order),
      gate: await world.gateOf('customer-1'),
    };
  }

  it('throttled: the mail waits, longer each time, and gives its turn back', async () => {
    const { world, order, row, gate } = await answered({ kind: 'throttled', code: 'TooMany' });
    expect(row).toMatchObject({ state: 'PLANNED', attempt: 1, reason: { code: 'throttled' } });
    expect(row.notBefore).toBeGreaterThanOrEqual(NOON + 30_000);
    expect(row.notBefore).toBeLessThanOrEqual(NOON + MINUTE_MS);
    expect(gate.claims).toEqual([]);
    world.clock.at = row.notBefore;
    await deliver(world.deps, order);
    expect(world.rowOf(order).notBefore - world.clock.at).toBeGreaterThanOrEqual(MINUTE_MS);
  });

  it('rejected: the mail has failed, and gives its turn back', async () => {
    const { row, gate } = await answered({ kind: 'rejected', code: 'MessageRejected' });
    expect(row).toMatchObject({ state: 'FAILED', reason: { code: 'rejected' } });
    expect(gate.claims).toEqual([]);
  });

  it('ambiguous: nobody knows, the turn stays taken, and it is not sent again', async () => {
    for (const outcome of [
      { kind: 'ambiguous' as const, code: 'TimeoutError' },
      () => {
        throw new Error('unexpected');
      },
    ]) {
      const { world, order, row, gate } = await answered(outcome);
      expect(row).toMatchObject({ state: 'UNKNOWN', unknownSince: NOON });
      expect(gate.claims).toHaveLength(1);
      await deliver(world.deps, order);
      expect(world.mails).toHaveLength(1);
    }
  });

  it('blocked: a breaker opens, everything waits, one mail probes after five minutes', async () => {
    const { world, order, row } = await answered({ kind: 'blocked', code: 'SendingPaused' });
    expect(row).toMatchObject({ state: 'PLANNED', held: true, reason: { code: 'breaker-open' } });
    expect(world.control.state.breaker).toEqual({
      code: 'SendingPaused',
      since: NOON,
      probeAt: NOON + 5 * MINUTE_MS,
    });
    const others = ['c2', 'c3', 'c4'].map((customerId) =>
      world.plan({ customerId, id: customerId }),
    );
    await Promise.all(others.map((one) => deliver(world.deps, one)));
    expect(world.mails).toHaveLength(1);
    world.clock.at = NOON + 20 * MINUTE_MS;
    await Promise.all([order, ...others].map((one) => deliver(world.deps, one)));
    expect(world.mails).toHaveLength(2);
    expect(world.control.state.breaker?.since).toBe(NOON);
  });

  it('accepted again: the breaker closes, and the others go', async () => {
    const { world, order } = await answered({ kind: 'blocked', code: 'SendingPaused' });
    world.answers.splice(0);
    world.clock.at = NOON + 10 * MINUTE_MS;
    expect((await deliver(world.deps, order)).outcome).toBe('sent');
    expect(world.control.state.breaker).toBeUndefined();
    const other = world.plan({ customerId: 'c2', id: 'm2' });
    expect((await deliver(world.deps, other)).outcome).toBe('sent');
  });

  it('accepted, after the sweep had given the row up: the row is SENT all the same', async () => {
    const world = ledgerWorld();
    const order = world.plan();
    world.answers.push(async () => {
      const reason = { code: 'lease-lost' as const };
      await settle(world.deps, world.rowOf(order), { kind: 'ambiguous', at: NOON, reason });
      return { kind: 'accepted', sesMessageId: 'late' };
    });
    await deliver(world.deps, order);
    expect(world.rowOf(order)).toMatchObject({ state: 'SENT', sesMessageId: 'late' });
  });
});

describe('a lost answer', () => {
  it('of the claim does not lose the mail', async () => {
    const world = ledgerWorld();
    const order = world.plan();
    const write = world.deps.ledger.write;
    world.deps.ledger.write = async (change) => {
      await write(change);
      return lost();
    };
    expect((await deliver(world.deps, order)).outcome).toBe('sent');
    expect(world.mails).toHaveLength(1);
    expect(world.rowOf(order).state).toBe('SENT');
  });

  it('of the claim, reported as a conflict, does not lose the mail either', async () => {
    const world = ledgerWorld();
    const order = world.plan();
    const write = world.deps.ledger.write;
    let conflicts = 1;
    world.deps.ledger.write = async (change) => {
      const outcome = await write(change);
      return conflicts-- > 0 ? 'gate-moved' : outcome;
    };
    expect((await deliver(world.deps, order)).outcome).toBe('sent');
    expect(world.mails).toHaveLength(1);
  });

  it('of the confirmation is made good by trying again', async () => {
    const world = ledgerWorld();
    const order = world.plan();
    const write = world.deps.ledger.write;
    let failures = 2;
    world.deps.ledger.write = async (change) => {
      if (change.row.state === 'SENT' && failures-- > 0) return lost();
      return write(change);
    };
    await deliver(world.deps, order);
    expect(world.rowOf(order).state).toBe('SENT');
  });

  it('that never comes leaves the row SENDING for the sweep, and the error to the queue', async () => {
    const world = ledgerWorld();
    const order = world.plan();
    const write = world.deps.ledger.write;
    world.deps.ledger.write = async (change) =>
      change.row.state === 'SENT' ? lost() : write(change);
    await expect(deliver(world.deps, order)).rejects.toThrow('connection lost');
    expect(world.rowOf(order).state).toBe('SENDING');
    expect(await deliver(world.deps, order)).toEqual({ outcome: 'skipped' });
    expect(world.mails).toHaveLength(1);
  });
});

describe('the day’s ceiling', () => {
  it('is never exceeded, however many mails are due', async () => {
    const world = ledgerWorld();
    const orders = Array.from({ length: 230 }, (_, n) =>
      world.plan({ customerId: `c${n}`, id: `m${n}` }),
    );
    for (const order of orders) await deliver(world.deps, order);
    expect(world.mails).toHaveLength(200);
    const rows = orders.map((order) => world.rowOf(order));
    const sum = closure(rows);
    expect(sum).toMatchObject({ planned: 230, sent: 200, open: 30, held: 30 });
    expect(closes(sum)).toBe(true);
    const waiting = rows.find(({ state }) => state === 'PLANNED');
    expect(waiting?.reason).toMatchObject({ code: 'daily-ceiling', ceiling: 200 });
  });

  it('is not used up by mails that did not go', async () => {
    const world = ledgerWorld();
    world.answers.push({ kind: 'rejected', code: 'MessageRejected' });
    const orders = Array.from({ length: 20 }, (_, n) =>
      world.plan({ customerId: `c${n}`, id: `m${n}` }),
    );
    for (const order of orders) await deliver(world.deps, order);
    expect(world.control.state.days[0]?.sent).toBe(1);
  });

  it('does not hold transactional mail', async () => {
    const world = ledgerWorld();
    world.control.state.days.push({
      day: '2026-06-10',
      sent: 200,
      bounces: 0,
      complaints: 0,
      ceiling: 200,
    });
    const order = world.plan({ purpose: 'transactional' });
    expect((await deliver(world.deps, order)).outcome).toBe('sent');
  });
});

describe('whatever SES answers, and in whatever order mails are handled', () => {
  const anyOutcome = fc.constantFrom<SendOutcome>(
    { kind: 'accepted', sesMessageId: 'ses' },
    { kind: 'throttled', code: 'TooMany' },
    { kind: 'blocked', code: 'Paused' },
    { kind: 'rejected', code: 'Rejected' },
    { kind: 'ambiguous', code: 'Timeout' },
  );
  const anyTurn = fc.record({ mail: fc.nat(5), wait: fc.integer({ min: 0, max: 8 * HOUR_MS }) });

  it('no mail is sent twice, none without a claim, and the closure adds up', async () => {
    const turns = fc.array(anyTurn, { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(fc.array(anyOutcome, { maxLength: 30 }), turns, async (outcomes, all) => {
        const world = ledgerWorld();
        world.answers.push(...outcomes);
        const taken = new Map<string, SendOutcome['kind'][]>();
        const send = world.deps.mailer.send;
        world.deps.mailer.send = async (mail) => {
          const id = mail.tags['perennial-message'] ?? '';
          const gate = await world.gateOf('customer-1');
          expect(gate.claims.map(([claim]) => claim)).toContain(id);
          const outcome = await send(mail);
          taken.set(id, [...(taken.get(id) ?? []), outcome.kind]);
          return outcome;
        };
        const orders = Array.from({ length: 6 }, (_, n) => world.plan({ id: `m${n}` }));
        for (const { mail, wait } of all) {
          world.clock.at += wait;
          const order = orders[mail];
          if (order) await deliver(world.deps, order);
          expect(closes(closure(orders.map(world.rowOf)))).toBe(true);
        }
        for (const kinds of taken.values()) {
          const final = kinds.findIndex((kind) => kind === 'accepted' || kind === 'ambiguous');
          expect(final === -1 || final === kinds.length - 1).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });
});
