/** Customers in memory: the same contract as on DynamoDB, for tests and tools. */
import type { Customers } from '../../app/react.ts';
import type { WakeDeps } from '../../app/wake.ts';
import { wakeShard } from '../../contract/keys.ts';
import type { Gate } from '../../contract/messages.ts';
import type { DecisionReason } from '../../contract/reasons.ts';
import { aliasIdsOf } from '../../domain/aliases.ts';
import { type Customer, type Decision, emptyCustomer } from '../../domain/customer.ts';
import { mergedGate } from '../../domain/merging.ts';
import type { CellChange } from '../../domain/prediction/cells.ts';
import { toldReasons } from '../../domain/told.ts';

/** What the commit carries elsewhere. */
export type CommitSinks = {
  /** Stores the row if it is absent; false when it exists already. */
  planned?(message: Decision['messages'][number]): boolean;
  emitted?(emit: Decision['emits'][number], customerId: string): void;
  /** What the ledger's rows do not say themselves. */
  told?(reasons: readonly DecisionReason[], customerId: string, cause: string): void;
  /** Adds to the counted cells. */
  counted?(changes: readonly CellChange[]): void;
  /** Those of the memory ledger, where customers may turn out to be one. */
  gateRows?: Map<string, Gate>;
};

export type MemoryCustomers = Customers & WakeDeps['wakes'] & { all(): Customer[] };

/** Points the absorbed and their gates to the customer, if all are as they were read. */
function unite(
  stored: Map<string, Customer>,
  gateRows: Map<string, Gate>,
  into: string,
  { absorbed, gate }: NonNullable<Decision['union']>,
): boolean {
  const versions = [...absorbed.map((one) => one.gate), ...(gate ? [gate.was] : [])];
  const isSame =
    absorbed.every(({ customer: { id, version } }) => (stored.get(id)?.version ?? 0) === version) &&
    versions.every(
      ({ customerId, version }) => (gateRows.get(customerId)?.version ?? 0) === version,
    );
  if (!isSame) return false;
  for (const { customer, gate: was } of absorbed) {
    for (const id of aliasIdsOf(customer)) {
      const version = (stored.get(id)?.version ?? 0) + 1;
      stored.set(id, { ...emptyCustomer(id), version, mergedInto: into });
    }
    gateRows.set(was.customerId, mergedGate(was, into));
  }
  if (gate) gateRows.set(gate.next.customerId, structuredClone(gate.next));
  return true;
}

export function memoryCustomers(sinks: CommitSinks = {}): MemoryCustomers {
  const stored = new Map<string, Customer>();
  const planned = new Set<string>();
  const plan =
    sinks.planned ??
    (({ id }) => {
      const absent = !planned.has(id);
      planned.add(id);
      return absent;
    });
  const load = async (id: string): Promise<Customer> => {
    const customer = stored.get(id);
    if (customer?.mergedInto) return load(customer.mergedInto);
    return customer ? structuredClone(customer) : emptyCustomer(id);
  };
  return {
    load,
    all: () => [...stored.values()],
    commit: async ({ customer, messages, emits, reasons, cells = [], union }, previous, cause) => {
      if ((stored.get(previous.id)?.version ?? 0) !== previous.version) return 'stale';
      if (union && !unite(stored, sinks.gateRows ?? new Map(), customer.id, union)) return 'stale';
      stored.set(customer.id, { ...structuredClone(customer), version: previous.version + 1 });
      const taken = new Set(messages.filter((message) => !plan(message)).map(({ id }) => id));
      for (const emit of emits) sinks.emitted?.(emit, customer.id);
      const told = toldReasons(reasons, taken);
      if (told.length > 0) sinks.told?.(told, customer.id, cause);
      if (cells.length > 0) sinks.counted?.(cells);
      return 'stored';
    },
    due: async (shard, until, limit) =>
      [...stored.values()]
        .filter(({ id, nextWakeAt = Infinity }) => nextWakeAt <= until && wakeShard(id) === shard)
        .sort((a, b) => (a.nextWakeAt ?? 0) - (b.nextWakeAt ?? 0))
        .slice(0, limit)
        .map(({ id, nextWakeAt = 0 }) => ({ customerId: id, dueAt: nextWakeAt })),
  };
}
