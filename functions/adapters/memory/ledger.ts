/** Ledger, gates and open index in memory: for tests and replay. Held to the same suite as DynamoDB's. */
import type { Gates, Ledger } from '../../app/ledger.ts';
import type { OpenIndex } from '../../app/sweep.ts';
import { openShard } from '../../contract/keys.ts';
import type { Gate, Message, PlannedMessage } from '../../contract/messages.ts';
import { iso } from '../../contract/time.ts';
import { openGate } from '../../domain/gate.ts';
import { openAt, planned } from '../../domain/ledger.ts';

export type MemoryLedger = {
  ledger: Ledger;
  gates: Gates;
  open: OpenIndex;
  /** What the customer's commit does: a row that exists is left as it is. */
  plan(message: PlannedMessage, opId: string): void;
  rows: Map<string, Message>;
  gateRows: Map<string, Gate>;
};

export function memoryLedger(): MemoryLedger {
  const rows = new Map<string, Message>();
  const gateRows = new Map<string, Gate>();
  const copy = <T>(value: T): T => structuredClone(value);
  const gateOf = (id: string): Gate => gateRows.get(id) ?? openGate(id);
  const key = (customerId: string, id: string) => `${customerId} ${id}`;
  return {
    rows,
    gateRows,
    plan: (message, opId) => {
      const at = key(message.customerId, message.id);
      if (!rows.has(at)) rows.set(at, planned(copy(message), opId));
    },
    gates: { load: async (id) => copy(gateOf(id)) },
    ledger: {
      load: async ({ customerId, messageId }) => copy(rows.get(key(customerId, messageId))),
      write: async ({ row, was, gate }) => {
        const stored = rows.get(key(row.customerId, row.id));
        if (stored?.opId === row.opId) return 'stored';
        if (stored?.opId !== was.opId) return 'row-moved';
        if (gate && gateOf(gate.was.customerId).version !== gate.was.version) return 'gate-moved';
        rows.set(key(row.customerId, row.id), copy(row));
        if (gate?.next) gateRows.set(gate.next.customerId, copy(gate.next));
        return 'stored';
      },
      move: async ({ row, was, moved }) => {
        const stored = rows.get(key(row.customerId, row.id));
        if (stored?.opId === row.opId) return 'stored';
        if (stored?.opId !== was.opId) return 'row-moved';
        if (rows.has(key(moved.customerId, moved.id))) return 'taken';
        rows.set(key(row.customerId, row.id), copy(row));
        rows.set(key(moved.customerId, moved.id), copy(moved));
        return 'stored';
      },
    },
    open: memoryOpenIndex(rows),
  };
}

const memoryOpenIndex = (rows: Map<string, Message>): OpenIndex => ({
  due: async (shard, until, limit, after) => {
    const all = [...rows.values()]
      .flatMap((row) => {
        const due = openAt(row);
        if (due === undefined || due > until || openShard(row.id) !== shard) return [];
        return [{ customerId: row.customerId, messageId: row.id, openAt: due }];
      })
      .sort((a, b) => a.openAt - b.openAt || (a.messageId < b.messageId ? -1 : 1));
    const cursor = (at: { openAt: number; messageId: string }) =>
      `${iso(at.openAt)} ${at.messageId}`;
    const rest = after === undefined ? all : all.filter((entry) => cursor(entry) > after);
    const entries = rest.slice(0, limit);
    const last = entries.at(-1);
    return { entries, ...(last && rest.length > limit && { next: cursor(last) }) };
  },
  count: async (shard) =>
    [...rows.values()].filter((row) => openAt(row) !== undefined && openShard(row.id) === shard)
      .length,
});
