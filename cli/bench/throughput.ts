/**
 * Events per second through the whole way in one process, with eight customers at once, beside the same
 * DynamoDB calls alone, sent again in the same order to empty tables.
 */
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { DocumentClient } from '../../functions/adapters/dynamodb/client.ts';
import type { Policy } from '../../functions/contract/journeys.ts';
import { DAY_MS } from '../../functions/contract/time.ts';
import type { SegmentEvent } from '../../infra/local/demo/segment.ts';
import {
  createTables,
  type Dynoxide,
  startDynoxide,
  type Tables,
} from '../../test/builders/dynoxide.ts';
import { Meter } from './meter.ts';
import { MIX_DAYS, MIX_START, mixEvents } from './mix.ts';
import { Pipeline } from './pipeline.ts';

export type Throughput = {
  events: number;
  mails: number;
  calls: number;
  eventsPerSecond: number;
  /** The same number of events, if nothing but the DynamoDB calls had been done. */
  bareEventsPerSecond: number;
};

const AT_ONCE = 8;

type Call = new (input: unknown) => { input: unknown };
type Recorded = { make: Call; input: unknown };

/** Notes each call before the SDK changes its input. */
const recording = (inner: DocumentClient, calls: Recorded[]): DocumentClient =>
  ({
    send: (command: { input: unknown; constructor: unknown }) => {
      calls.push({ make: command.constructor as Call, input: structuredClone(command.input) });
      return inner.send(command as never);
    },
  }) as DocumentClient;

/** Table names in a recorded input, replaced. */
const renamed = (input: unknown, from: Tables, to: Tables): unknown =>
  JSON.parse(
    JSON.stringify(input, (_, value: unknown) =>
      value instanceof Uint8Array ? { bytes: Buffer.from(value).toString('base64') } : value,
    )
      .replaceAll(`"${from.log}"`, `"${to.log}"`)
      .replaceAll(`"${from.state}"`, `"${to.state}"`),
    (_, value: unknown) => {
      const bytes = (value as { bytes?: unknown } | null)?.bytes;
      return typeof bytes === 'string' ? Buffer.from(bytes, 'base64') : value;
    },
  );

/** Lanes by customer, each in the order of time. */
function lanesOf(count: number): SegmentEvent[][] {
  const lanes: SegmentEvent[][] = Array.from({ length: AT_ONCE }, () => []);
  for (const event of mixEvents(count)) {
    const customer = Number((event.userId ?? '').split('-')[1]);
    lanes[customer % AT_ONCE]?.push(event);
  }
  return lanes.map((lane) => lane.sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1)));
}

export async function throughput(policy: Policy, count: number): Promise<Throughput> {
  const dynoxide = await startDynoxide();
  try {
    const client = DynamoDBDocumentClient.from(dynoxide.client, {
      marshallOptions: { removeUndefinedValues: true },
    });
    const tables = await createTables(dynoxide.client);
    const recorded: Recorded[][] = [];
    const started = performance.now();
    const mails = await Promise.all(
      lanesOf(count).map(async (lane, index) => {
        const calls: Recorded[] = (recorded[index] = []);
        const meter = new Meter(recording(client, calls));
        const pipeline = new Pipeline({ meter, tables, policy });
        for (const event of lane) await pipeline.send(event);
        await pipeline.before(MIX_START + 2 * MIX_DAYS * DAY_MS);
        return pipeline.figures.mails;
      }),
    );
    const seconds = (performance.now() - started) / 1000;
    const bare = await bareSeconds(dynoxide, client, tables, recorded);
    return {
      events: count,
      mails: mails.reduce((a, b) => a + b, 0),
      calls: recorded.reduce((sum, calls) => sum + calls.length, 0),
      eventsPerSecond: count / seconds,
      bareEventsPerSecond: count / bare,
    };
  } finally {
    await dynoxide.stop();
  }
}

async function bareSeconds(
  dynoxide: Dynoxide,
  client: DynamoDBDocumentClient,
  from: Tables,
  recorded: readonly Recorded[][],
): Promise<number> {
  const to = await createTables(dynoxide.client);
  const again = recorded.map((calls) =>
    calls.map(({ make: Make, input }) => new Make(renamed(input, from, to))),
  );
  const started = performance.now();
  await Promise.all(
    again.map(async (commands) => {
      for (const command of commands) {
        // A call that was refused then is refused now: both are answers.
        await client.send(command as never).catch(() => undefined);
      }
    }),
  );
  return (performance.now() - started) / 1000;
}
