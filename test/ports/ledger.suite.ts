/** What every ledger must do, in memory or in DynamoDB. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { Control } from '../../functions/app/control.ts';
import type { Gates, Ledger } from '../../functions/app/ledger.ts';
import type { OpenIndex } from '../../functions/app/sweep.ts';
import { openShard } from '../../functions/contract/keys.ts';
import type { Gate, Message, PlannedMessage } from '../../functions/contract/messages.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../functions/contract/time.ts';
import { claim, openGate } from '../../functions/domain/gate.ts';
import { type Change, changed } from '../../functions/domain/ledger.ts';
import { NOON, plannedMessage } from '../builders/ledger.ts';

export type LedgerPorts = {
  ledger: Ledger;
  gates: Gates;
  open: OpenIndex;
  control: Control & { pause(journey: string): Promise<void>; resume(id: string): Promise<void> };
  plan(message: PlannedMessage, opId: string): Promise<void>;
};

/** Index reads may lag in AWS; here both answer at once. */
export function ledgerSuite(name: string, make: () => Promise<LedgerPorts>): void {
  let ports: LedgerPorts;
  let customers = 0;
  beforeAll(async () => {
    ports = await make();
  });

  /** A planned row of a customer of its own. */
  async function row(change: Partial<PlannedMessage> = {}): Promise<Message> {
    customers += 1;
    const customerId = `customer-${customers}`;
    const message = plannedMessage({ id: `message-${customers}`, customerId, ...change });
    await ports.plan(message, 'op-1');
    return stored(message);
  }
  async function stored({ customerId, id }: { customerId: string; id: string }): Promise<Message> {
    const found = await ports.ledger.load({ customerId, messageId: id });
    if (!found) throw new Error(`no row ${id}`);
    return found;
  }
  function after(was: Message, change: Change, opId: string): Message {
    const next = changed(was, change, opId);
    if (!next) throw new Error('illegal');
    return next;
  }
  const claimOf = (was: Message, opId: string) => after(was, { kind: 'claim', at: NOON }, opId);
  function claimed(gate: Gate, id: string): Gate {
    const next = claim(gate, id, NOON);
    if (!next) throw new Error('full');
    return next;
  }

  describe(`the send ledger (${name})`, () => {
    it('knows nothing of a message that was never planned', async () => {
      expect(await ports.ledger.load({ customerId: 'x', messageId: 'y' })).toBeUndefined();
    });

    it('gives back exactly what was planned', async () => {
      const message = plannedMessage({ id: 'whole', customerId: 'whole' });
      await ports.plan(message, 'op-1');
      const state = { state: 'PLANNED', opId: 'op-1', attempt: 0, notBefore: NOON };
      const expected = { ...message, ...state, reason: { code: 'due' } };
      expect(await stored(message)).toEqual(expected);
    });

    it('leaves a row that exists as it is when the message is planned again', async () => {
      const was = await row();
      await ports.plan(plannedMessage({ id: was.id, customerId: was.customerId }), 'op-9');
      expect((await stored(was)).opId).toBe('op-1');
    });

    it('lets only one of two writers have the row', async () => {
      const was = await row();
      const writes = ['op-a', 'op-b'].map((opId) =>
        ports.ledger.write({ row: claimOf(was, opId), was }),
      );
      expect((await Promise.all(writes)).sort()).toEqual(['row-moved', 'stored']);
    });

    it('takes its own write for stored when it meets it again', async () => {
      const was = await row();
      const write = { row: claimOf(was, 'op-2'), was };
      expect(await ports.ledger.write(write)).toBe('stored');
      expect(await ports.ledger.write(write)).toBe('stored');
      const gate = await ports.gates.load(was.customerId);
      expect(await ports.ledger.write({ ...write, gate: { was: gate } })).toBe('stored');
    });

    it('stores row and gate together, or neither', async () => {
      const was = await row();
      const gate = await ports.gates.load(was.customerId);
      expect(gate).toEqual(openGate(was.customerId));
      const next = claimed(gate, was.id);
      const write = { row: claimOf(was, 'op-2'), was, gate: { was: gate, next } };
      expect(await ports.ledger.write(write)).toBe('stored');
      expect(await ports.gates.load(was.customerId)).toEqual(next);
      expect(await stored(was)).toEqual(write.row);

      const other = plannedMessage({ id: 'other', customerId: was.customerId });
      await ports.plan(other, 'op-1');
      const late = await stored(other);
      const stale = { was: gate, next: claimed(gate, late.id) };
      const refused = { row: claimOf(late, 'op-2'), was: late, gate: stale };
      expect(await ports.ledger.write(refused)).toBe('gate-moved');
      expect((await stored(other)).state).toBe('PLANNED');
      expect((await ports.gates.load(was.customerId)).claims).toEqual([[was.id, NOON]]);
    });

    it('refuses a claim when the gate moved, even where the gate itself is not written', async () => {
      const was = await row({ purpose: 'transactional' });
      const gate = await ports.gates.load(was.customerId);
      const filler = plannedMessage({ id: 'filler', customerId: was.customerId });
      await ports.plan(filler, 'op-1');
      const first = await stored(filler);
      const next = claimed(gate, first.id);
      const write = { row: claimOf(first, 'op-2'), was: first, gate: { was: gate, next } };
      expect(await ports.ledger.write(write)).toBe('stored');
      const late = { row: claimOf(was, 'op-2'), was, gate: { was: gate } };
      expect(await ports.ledger.write(late)).toBe('gate-moved');
      const now = { row: claimOf(was, 'op-2'), was, gate: { was: next } };
      expect(await ports.ledger.write(now)).toBe('stored');
    });

    it('names the row where both have moved', async () => {
      const was = await row();
      const gate = await ports.gates.load(was.customerId);
      const write = (opId: string) =>
        ports.ledger.write({
          row: claimOf(was, opId),
          was,
          gate: { was: gate, next: claimed(gate, was.id) },
        });
      expect(await write('op-a')).toBe('stored');
      expect(await write('op-b')).toBe('row-moved');
    });
  });

  describe(`the open index (${name})`, () => {
    const due = async (id: string, until: number) =>
      (await ports.open.due(openShard(id), until, 100)).entries.filter(
        ({ messageId }) => messageId === id,
      );
    /** What a row is due at, as the index says it. */
    const dueAt = async (id: string) => (await due(id, NOON + 30 * DAY_MS))[0]?.openAt;

    it('holds a row from plan to settlement, and does not move it for a claim', async () => {
      const was = await row();
      expect(await due(was.id, NOON - 1)).toEqual([]);
      expect(await due(was.id, NOON)).toEqual([
        { customerId: was.customerId, messageId: was.id, openAt: NOON },
      ]);
      const sending = claimOf(was, 'op-2');
      await ports.ledger.write({ row: sending, was });
      // Moving the entry would cost two writes a mail: sweep goes by the lease of the row itself.
      expect(await dueAt(was.id)).toBe(NOON);
      const reason = { code: 'ambiguous' as const };
      const unknown = after(sending, { kind: 'ambiguous', at: NOON, reason }, 'op-3');
      await ports.ledger.write({ row: unknown, was: sending });
      expect(await dueAt(was.id)).toBe(NOON + HOUR_MS);
      const sent = after(unknown, { kind: 'accepted', at: NOON, sesMessageId: 's' }, 'op-4');
      await ports.ledger.write({ row: sent, was: unknown });
      expect(await dueAt(was.id)).toBeUndefined();
    });

    it('shows the earliest first, page by page, without gaps or repeats, and counts all', async () => {
      const wanted = openShard('seed');
      const ids = Array.from({ length: 600 }, (_, n) => `page-${n}`).filter(
        (id) => openShard(id) === wanted,
      );
      const before = await ports.open.count(wanted);
      for (const [n, id] of ids.entries())
        await row({ id, plannedAt: NOON - 30 * DAY_MS - (n % 3) * MINUTE_MS });
      const until = NOON - 20 * DAY_MS;
      const seen: { messageId: string; openAt: number }[] = [];
      let next: string | undefined;
      do {
        const page = await ports.open.due(wanted, until, 4, next);
        expect(page.entries.length).toBeLessThanOrEqual(4);
        seen.push(...page.entries);
        next = page.next;
      } while (next !== undefined);
      expect(seen.map(({ messageId }) => messageId).sort()).toEqual([...ids].sort());
      const times = seen.map(({ openAt }) => openAt);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(await ports.open.count(wanted)).toBe(before + ids.length);
    });
  });

  controlSuite(name, () => ports.control);
}

function controlSuite(name: string, get: () => LedgerPorts['control']): void {
  describe(`the control rows (${name})`, () => {
    it('remember pauses until they are resumed', async () => {
      await get().pause('win-back');
      await get().pause('*');
      expect((await get().read()).paused).toEqual(['*', 'win-back']);
      await get().resume('*');
      await get().resume('win-back');
      await get().resume('never-paused');
      expect((await get().read()).paused).toEqual([]);
    });

    it('keep when a breaker opened, and give its probe to one caller only', async () => {
      const control = get();
      await control.openBreaker({ code: 'First', since: NOON, probeAt: NOON + 1 });
      await control.openBreaker({ code: 'Second', since: NOON + 5, probeAt: NOON + 6 });
      const { breaker } = await control.read();
      expect(breaker).toEqual({ code: 'Second', since: NOON, probeAt: NOON + 6 });
      if (!breaker) throw new Error('no breaker');
      const probes = [control.takeProbe(breaker, NOON + 10), control.takeProbe(breaker, NOON + 10)];
      expect((await Promise.all(probes)).sort()).toEqual([false, true]);
      await control.closeBreaker({ ...breaker, since: NOON - 1 });
      expect((await control.read()).breaker?.probeAt).toBe(NOON + 10);
      await control.closeBreaker(breaker);
      await control.closeBreaker(breaker);
      expect((await control.read()).breaker).toBeUndefined();
      expect(await control.takeProbe(breaker, NOON + 20)).toBe(false);
    });

    it('never reserve more mails a day than its ceiling', async () => {
      const control = get();
      const answers = await Promise.all(
        Array.from({ length: 6 }, () => control.reserve('2026-06-10', 2, 7)),
      );
      expect(answers.filter(Boolean)).toHaveLength(3);
      expect(await control.reserve('2026-06-10', 1, 7)).toBe(true);
      expect(await control.reserve('2026-06-10', 1, 7)).toBe(false);
      expect(await control.reserve('2026-06-11', 8, 7)).toBe(false);
      await control.count('2026-06-10', 'bounces');
      await control.count('2026-06-12', 'complaints');
      const { days } = await control.read();
      const byDay = [...days].filter(({ day }) => day !== '2026-06-11');
      expect(byDay.sort((a, b) => (a.day < b.day ? -1 : 1))).toEqual([
        { day: '2026-06-10', sent: 7, bounces: 1, complaints: 0, ceiling: 7 },
        { day: '2026-06-12', sent: 0, bounces: 0, complaints: 1 },
      ]);
    });

    it('reserve on a day that so far knows only a bounce', async () => {
      expect(await get().reserve('2026-06-12', 5, 5)).toBe(true);
      expect(await get().reserve('2026-06-12', 1, 5)).toBe(false);
    });
  });
}
