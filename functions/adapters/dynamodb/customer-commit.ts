/** A customer item together with the rows that follow from its change: one transaction. */
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { PerennialError } from '../../contract/errors.ts';
import { emitEvent } from '../../contract/own-events.ts';
import { aliasIdsOf } from '../../domain/aliases.ts';
import type { Customer, Decision } from '../../domain/customer.ts';
import { mergedGate } from '../../domain/merging.ts';
import { toldReasons } from '../../domain/told.ts';
import { cellUpdate, owedItem } from './cell-rows.ts';
import { cancelledBy, type DocumentClient, isConflict, ownWrite } from './client.ts';
import { type Item, pointerItem, sameVersion, statePut } from './customer-item.ts';
import { decisionItem } from './decisions.ts';
import { gatePart } from './gates.ts';
import { logItem } from './log-rows.ts';
import { plannedItem } from './messages.ts';

/** Rows that travel with a commit; each adapter knows the shape of its own. */
export type CommitRows = {
  /** Ledger row of a planned message. */
  message(planned: Decision['messages'][number], opId: string): Item;
  /** Log row of an emitted event. */
  emit(emit: Decision['emits'][number], customerId: string): Item;
};

export type CustomersConfig = {
  client: DocumentClient;
  stateTable: string;
  logTable: string;
  /** Left out but in tests. */
  rows?: CommitRows;
  newOpId?: () => string;
};

/** A planned message and an emitted event, as the ledger and the log store them. */
const ROWS: CommitRows = {
  message: plannedItem,
  emit: (emit, customerId) => logItem(emitEvent(emit, customerId)),
};

/** Each round drops a message that exists already; a customer plans at most 16. One more for busy cells. */
const ROUNDS_MAX = 18;
/**
 * An order changes up to four rows, one of long ago two for each that came after. More than three orders at
 * once are an import or a rebuild: they are owed in one row, which costs less and holds up nobody.
 */
export const CELL_UPDATES_MAX = 12;

/** The item, its messages, emits, reasons and cells: all or nothing. */
export async function commitWithRows(
  config: CustomersConfig,
  decision: Decision,
  previous: Customer,
  cause: string,
  opId: string,
): Promise<'stored' | 'stale'> {
  const known = new Set<string>();
  const state = statePut(config.stateTable, decision.customer, previous, opId);
  const union = unionParts(config.stateTable, decision, opId);
  let counted = cellParts(config.stateTable, decision, opId);
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const rows = followingRows(config, decision, known, cause, { version: previous.version, opId });
    try {
      await config.client.send(
        new TransactWriteCommand({
          TransactItems: [
            { Put: state },
            ...union,
            ...rows.map(({ put }) => ({ Put: put })),
            ...counted,
          ],
        }),
      );
      return 'stored';
    } catch (error) {
      const [refused, ...rest] = cancelledBy(error) ?? [];
      if (refused?.code === 'ConditionalCheckFailed') {
        return ownWrite(refused.item, opId) ? 'stored' : 'stale';
      }
      const [united, others] = [rest.slice(0, union.length), rest.slice(union.length)];
      // Somebody whom this customer was to absorb has moved.
      if (united.some(({ code }) => code === 'ConditionalCheckFailed')) return 'stale';
      if (united.every(isFine) && isBusy(refused, others, rows.length)) {
        // Nobody else writes what is owed: the partition itself takes no more for now.
        if (counted.some((part) => 'Put' in part)) return 'stale';
        counted = owedPart(config.stateTable, decision, opId);
        continue;
      }
      if (isConflict(error)) return 'stale';
      const taken = rows.filter((_, i) => others[i]?.code === 'ConditionalCheckFailed');
      if (taken.length === 0) throw error;
      for (const { id } of taken) known.add(id);
    }
  }
  throw new PerennialError(
    'commit-rounds',
    `customer ${previous.id}: rows were taken in ${ROUNDS_MAX} rounds; the queue brings it again.`,
  );
}

type Refusal = { code: string };
const isFine = ({ code }: Refusal): boolean => code === 'None';
const BUSY = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

/** Only rows of cells were busy: another customer changed them at the same moment. */
function isBusy(
  state: Refusal | undefined,
  others: readonly Refusal[],
  rowsBefore: number,
): boolean {
  const cells = others.slice(rowsBefore);
  return (
    state !== undefined &&
    [state, ...others.slice(0, rowsBefore)].every(isFine) &&
    cells.some(({ code }) => BUSY.has(code)) &&
    cells.every((one) => isFine(one) || BUSY.has(one.code))
  );
}

/**
 * Whoever is the customer now: item and gate only point there, and so do the items that pointed to them. The
 * gate goes along even where there is none, since an event may close it at this moment.
 */
function unionParts(stateTable: string, { customer, union }: Decision, opId: string) {
  if (!union) return [];
  const { id: into } = customer;
  const absorbed = union.absorbed.flatMap(({ customer: one, gate }) => [
    {
      Put: {
        TableName: stateTable,
        Item: pointerItem(one.id, into, one.version + 1, opId),
        ...sameVersion(one),
      },
    },
    gatePart(stateTable, { was: gate, next: mergedGate(gate, into) }),
  ]);
  const moved = new Set(union.absorbed.map(({ customer: one }) => one.id));
  const chained = union.absorbed
    .flatMap(({ customer: one }) => aliasIdsOf(one))
    .filter((id) => !moved.has(id) && id !== into);
  const shortened = chained.map((id) => ({
    Put: { TableName: stateTable, Item: pointerItem(id, into, 1, opId) },
  }));
  return [...absorbed, ...(union.gate ? [gatePart(stateTable, union.gate)] : []), ...shortened];
}

type Part =
  | { Update: ReturnType<typeof cellUpdate> }
  | { Put: { TableName: string; Item: ReturnType<typeof owedItem> } };

/** The changes of the cells, each added to its row. */
function cellParts(stateTable: string, decision: Decision, opId: string): Part[] {
  const { cells = [], customer } = decision;
  if (cells.length > CELL_UPDATES_MAX) return owedPart(stateTable, decision, opId);
  return cells.map((change) => ({ Update: cellUpdate(stateTable, change, customer.id) }));
}

/** The same in one row of its own, which nobody else writes. */
const owedPart = (stateTable: string, { cells = [] }: Decision, opId: string): Part[] => [
  { Put: { TableName: stateTable, Item: owedItem(opId, cells) } },
];

/** Rows beside the item. Those in `known` exist already: an event repeated, or a message planned before. */
function followingRows(
  { rows = ROWS, stateTable, logTable }: CustomersConfig,
  { customer, messages, emits, reasons }: Decision,
  known: ReadonlySet<string>,
  cause: string,
  write: { version: number; opId: string },
) {
  const ifAbsent = { ConditionExpression: 'attribute_not_exists(pk)' };
  const planned = messages
    .filter(({ id }) => !known.has(id))
    .map((message) => ({
      id: message.id,
      put: { TableName: stateTable, Item: rows.message(message, write.opId), ...ifAbsent },
    }));
  const emitted = emits
    .filter(({ id }) => !known.has(id))
    .map((emit) => ({
      id: emit.id,
      put: { TableName: logTable, Item: rows.emit(emit, customer.id), ...ifAbsent },
    }));
  const told = toldReasons(reasons, known);
  // Unconditional: a repeat of the same decision writes the same row again.
  const why =
    told.length > 0
      ? [
          {
            id: '',
            put: { TableName: stateTable, Item: decisionItem(customer.id, cause, told, write) },
          },
        ]
      : [];
  return [...planned, ...emitted, ...why];
}
