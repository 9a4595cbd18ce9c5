/** The event log in memory: for tests and replay. Held to the same suite as DynamoDB's. */
import type { LogWriter, Reject, Rejects } from '../../app/ports.ts';
import type { CustomerEvent } from '../../contract/events.ts';
import type { Key } from '../../contract/keys.ts';
import type { Gate } from '../../contract/messages.ts';
import type { LoggedEvent } from '../../contract/own-events.ts';
import { openGate } from '../../domain/gate.ts';

export type MemoryLog = {
  writer: LogWriter;
  reader: {
    read(key: Key): Promise<CustomerEvent | undefined>;
    readCustomer(aliasIds: readonly string[]): Promise<CustomerEvent[]>;
  };
  /** Rows in the order of their writing. */
  rows: Map<string, LoggedEvent>;
};

const nameOf = ({ pk, sk }: Key): string => `${pk} ${sk}`;

/** `gateRows` are those of the memory ledger, where one is in use; `mergedInto` leads to the customer. */
export function memoryLog(
  gateRows = new Map<string, Gate>(),
  mergedInto: (customerId: string) => string | undefined = () => undefined,
): MemoryLog {
  const rows = new Map<string, LoggedEvent>();
  const append: LogWriter['append'] = async (logged) => {
    const name = nameOf(logged.event.key);
    if (rows.has(name)) return 'duplicate';
    rows.set(name, structuredClone(logged));
    return 'stored';
  };
  const gateOf = (id: string): Gate => {
    const gate = gateRows.get(id) ?? openGate(id);
    const into = mergedInto(id) ?? gate.mergedInto;
    return into === undefined ? gate : gateOf(into);
  };
  return {
    rows,
    writer: {
      append,
      appendAndNarrow: async (logged, update) => {
        let gate = gateOf(logged.event.aliasId);
        let closed = update(gate);
        // The gate may move while `update` runs: decide on what is there now, as DynamoDB makes us.
        for (let now = gateOf(logged.event.aliasId); now.version !== gate.version; ) {
          gate = now;
          closed = update(gate);
          now = gateOf(logged.event.aliasId);
        }
        if (closed !== gate) {
          gateRows.set(gate.customerId, { ...closed, version: gate.version + 1 });
        }
        return append(logged);
      },
    },
    reader: {
      read: async (key) => structuredClone(rows.get(nameOf(key))?.event),
      readCustomer: async (aliasIds) =>
        [...rows.values()]
          .filter(({ event }) => aliasIds.includes(event.aliasId))
          .map(({ event }) => structuredClone(event)),
    },
  };
}

/** The reject list in memory. */
export function memoryRejects(): Rejects & { rows: Reject[] } {
  const rows: Reject[] = [];
  return {
    rows,
    add: async (rejects) => {
      rows.push(...rejects);
    },
  };
}
