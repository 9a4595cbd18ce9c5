/** Ten ways to build it wrong, each as somebody would in good faith. The fault test must notice every one. */
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { cellUpdate } from '../../functions/adapters/dynamodb/cell-rows.ts';
import type { DocumentClient } from '../../functions/adapters/dynamodb/client.ts';
import { messageItem } from '../../functions/adapters/dynamodb/messages.ts';
import type { Ledger } from '../../functions/app/ledger.ts';
import type { SendOutcome } from '../../functions/app/mail.ts';
import type { Customers } from '../../functions/app/react.ts';
import { decide } from '../../functions/domain/decide.ts';
import { openGate } from '../../functions/domain/gate.ts';
import { type Parts, TABLES } from './parts.ts';
import { POLICY } from './policy.ts';
import { ATTEMPTS } from './wire.ts';
import type { Options } from './world.ts';

/** The SDK's default of three requests for one mail. */
export const sdkRetriesOn: Options = { attempts: { ...ATTEMPTS, ses: 3 } };

/** A refused condition that does not say what is stored: nobody can know their own write. */
export const noAllOld: Options = {
  brokenDynamo: (client) =>
    ({
      send: async (command: never) => {
        try {
          return await client.send(command);
        } catch (error) {
          throw withoutItems(error);
        }
      },
    }) as DocumentClient,
};

function withoutItems(error: unknown): unknown {
  const { Item, CancellationReasons } = error as {
    Item?: unknown;
    CancellationReasons?: { Code: string }[];
  };
  if (Item) delete (error as { Item?: unknown }).Item;
  for (const reason of CancellationReasons ?? []) delete (reason as { Item?: unknown }).Item;
  return error;
}

const withDeliver = (change: (deliver: Parts['deliver']) => Parts['deliver']): Options => ({
  broken: (parts) => ({ ...parts, deliver: change(parts.deliver) }),
});

/** Sends first, writes down afterwards. */
export const noClaim: Options = withDeliver((deliver) => ({
  ...deliver,
  ledger: {
    ...deliver.ledger,
    write: async (change) =>
      change.row.state === 'SENDING' ? 'stored' : deliver.ledger.write(change),
  },
}));

/** Permission was asked when the mail was planned; the claim looks at the row alone. */
export const gateOnlyWhenPlanned: Options = withDeliver((deliver) => ({
  ...deliver,
  gates: { load: async (id) => openGate(id) },
  ledger: {
    ...deliver.ledger,
    write: ({ row, was }) => deliver.ledger.write({ row, was }),
  },
}));

/** Sweep writes over whatever is stored by then. */
export const sweepWithoutComparison: Options = {
  broken: (parts, world) => {
    const write: Ledger['write'] = async ({ row }) => {
      const command = new PutCommand({ TableName: TABLES.stateTable, Item: messageItem(row) });
      await world.wire.send('dynamodb', command, () => world.dynamo.send(command));
      return 'stored';
    };
    return { ...parts, sweep: { ...parts.sweep, ledger: { ...parts.sweep.ledger, write } } };
  },
};

/** No answer from SES is taken for a no. */
export const ambiguousIsFailed: Options = withDeliver((deliver) => ({
  ...deliver,
  mailer: {
    send: async (mail): Promise<SendOutcome> => {
      const outcome = await deliver.mailer.send(mail);
      return outcome.kind === 'ambiguous' ? { kind: 'rejected', code: outcome.code } : outcome;
    },
  },
}));

/** 200 while the event is still on its way to the log. */
export const acknowledgedBeforeStored: Options = {
  broken: (parts) => {
    const { log } = parts.ingest;
    const append: typeof log.append = async (logged) => {
      void log.append(logged).catch(() => undefined);
      return 'stored';
    };
    return { ...parts, ingest: { ...parts.ingest, log: { ...log, append } } };
  },
};

/** The queue is told "done" while the customer is still being stored. */
export const acknowledgedBeforeFolded: Options = {
  broken: (parts) => {
    const { customers } = parts.react;
    const commit: Customers['commit'] = async (...call) => {
      void customers.commit(...call).catch(() => undefined);
      return 'stored';
    };
    return { ...parts, react: { ...parts.react, customers: { ...customers, commit } } };
  },
};

/** The cells are counted once the order is stored, each row by itself. */
export const countedAfterwards: Options = {
  broken: (parts, world) => {
    const { customers } = parts.react;
    const commit: Customers['commit'] = async (decision, previous, cause) => {
      const { cells = [], ...rest } = decision;
      const outcome = await customers.commit(rest, previous, cause);
      if (outcome === 'stale') return outcome;
      for (const change of cells) {
        const command = new UpdateCommand(cellUpdate(TABLES.stateTable, change));
        await world.wire.send('dynamodb', command, () => world.dynamo.send(command));
      }
      return outcome;
    };
    return { ...parts, react: { ...parts.react, customers: { ...customers, commit } } };
  },
};

/** An event plans at once what it makes possible, instead of leaving that to a wake. */
export const eventsPlan: Options = {
  broken: (parts) => {
    const { customers } = parts.react;
    const commit: Customers['commit'] = async (decision, previous, cause) => {
      const dueAt = decision.customer.nextWakeAt;
      if (cause.startsWith('wake') || dueAt === undefined) {
        return customers.commit(decision, previous, cause);
      }
      const hasty = decide(decision.customer, { kind: 'wake', dueAt }, POLICY);
      const reasons = [...decision.reasons, ...hasty.reasons];
      const { cells = [] } = decision;
      return customers.commit({ ...hasty, reasons, cells, changed: true }, previous, cause);
    };
    return { ...parts, react: { ...parts.react, customers: { ...customers, commit } } };
  },
};
