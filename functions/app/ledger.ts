/** What the use cases of the send ledger share: its ports, and a write that survives a lost answer. */
import type { DeliverOrder } from '../contract/events.ts';
import { PerennialError } from '../contract/errors.ts';
import { ALIASES_MAX } from '../contract/ids.ts';
import type { Gate, Message } from '../contract/messages.ts';
import type { Instant } from '../contract/time.ts';
import { claim as claimed, releaseClaim } from '../domain/gate.ts';
import { type Change, changed, keepsClaim } from '../domain/ledger.ts';

/** The row to store over `was`; and the gate: unchanged since it was read, or replaced. All or nothing. */
export type LedgerWrite = {
  row: Message;
  was: Message;
  gate?: { was: Gate; next?: Gate };
};

export type Ledger = {
  /** Strongly consistent. */
  load(order: DeliverOrder): Promise<Message | undefined>;
  /**
   * 'row-moved' when another `opId` than `was.opId` is stored, 'gate-moved' when only the gate's version is
   * another. A write that meets itself (its own `opId` is stored) has been stored.
   */
  write(change: LedgerWrite): Promise<'stored' | 'row-moved' | 'gate-moved'>;
  /** Like `write`, and `moved` is put where there is none: 'taken' when there is one, and nothing is stored. */
  move(
    change: Omit<LedgerWrite, 'gate'> & { moved: Message },
  ): Promise<'stored' | 'row-moved' | 'taken'>;
};

export type Gates = {
  /** Strongly consistent; an open gate of version 0 where there is none yet. */
  load(customerId: string): Promise<Gate>;
};

export type LedgerDeps = {
  ledger: Ledger;
  gates: Gates;
  clock: { now(): Instant };
  ids: { opId(): string };
};

/** Claims, unsubscribes and bounces of one customer rarely meet; more than five rounds is a storm. */
const GATE_ROUNDS_MAX = 5;

/** A port's error may hide a write that was done: read it back before giving up. */
export async function writeRow({ ledger }: LedgerDeps, change: LedgerWrite) {
  try {
    return await ledger.write(change);
  } catch (error) {
    const { customerId, id } = change.row;
    const stored = await ledger.load({ customerId, messageId: id }).catch(() => undefined);
    if (stored?.opId === change.row.opId) return 'stored';
    throw error;
  }
}

/**
 * Takes the row through one change, and its claim out of the gate where the mail did not go. Resolves to
 * the stored row, or `undefined` where somebody else moved it first or its state does not allow it.
 */
export async function settle(
  deps: LedgerDeps,
  was: Message,
  change: Change,
): Promise<Message | undefined> {
  const row = changed(was, change, deps.ids.opId());
  if (!row) return undefined;
  for (let round = 0; round < GATE_ROUNDS_MAX; round += 1) {
    const gate = await gateAfter(deps, was, row);
    const outcome = await writeRow(deps, { row, was, ...(gate && { gate }) });
    if (outcome === 'stored') return row;
    if (outcome === 'row-moved') return undefined;
  }
  throw new PerennialError(
    'gate-busy',
    `message ${was.id}: its gate moved ${GATE_ROUNDS_MAX} times; the queue or sweep brings it again.`,
  );
}

/** The gate of the customer that this one is now. A chain holds each alias of one customer at most once. */
export async function currentGate(gates: Gates, customerId: string): Promise<Gate> {
  let gate = await gates.load(customerId);
  for (let hop = 0; gate.mergedInto !== undefined && hop < ALIASES_MAX; hop += 1) {
    gate = await gates.load(gate.mergedInto);
  }
  return gate;
}

/** Only marketing claims. A confirmation of what was not claimed any more enters it again. */
async function gateAfter(
  { gates }: LedgerDeps,
  was: Message,
  row: Message,
): Promise<LedgerWrite['gate']> {
  const before = keepsClaim(was.state);
  const after = keepsClaim(row.state);
  if (row.purpose !== 'marketing' || before === after) return undefined;
  const gate = await currentGate(gates, row.customerId);
  const next = after
    ? (claimed(gate, row.id, row.sentAt ?? row.notBefore) ?? gate)
    : releaseClaim(gate, row.id);
  return next === gate ? undefined : { was: gate, next };
}
