/**
 * Events per second through the whole way in one process, eight customers at once, beside the same
 * DynamoDB and SES calls alone, sent again in the same order to empty tables.
 */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRequire } from 'node:module';
import { SESv2Client } from '@aws-sdk/client-sesv2';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { sesMailer } from '../../functions/adapters/ses/mailer.ts';
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
  /** The same number of events, if nothing but the calls had been done. */
  bareEventsPerSecond: number;
};

const AT_ONCE = 8;

type Call = new (input: unknown) => { input: unknown };
type Sender = { send(command: never): Promise<unknown> };
type Recorded = { make: Call; input: unknown; to: Sender };

/** Notes each call before the SDK changes its input. */
const recording = <T extends Sender>(inner: T, calls: Recorded[]): T =>
  ({
    send: (command: { input: unknown; constructor: unknown }) => {
      calls.push({
        make: command.constructor as Call,
        input: structuredClone(command.input),
        to: inner,
      });
      return inner.send(command as never);
    },
  }) as unknown as T;

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

/** SES's stand-in, which takes and keeps every mail. */
async function startSes(): Promise<{ client: SESv2Client; stop(): void }> {
  const { default: serve } = createRequire(import.meta.url)('aws-ses-v2-local') as {
    default(config: { host: string; port: number }): Promise<Server>;
  };
  const server = await serve({ host: '127.0.0.1', port: 0 });
  const client = new SESv2Client({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
    maxAttempts: 1,
  });
  return {
    client,
    stop: () => {
      client.destroy();
      server.closeAllConnections();
      server.close();
    },
  };
}

export async function throughput(policy: Policy, count: number): Promise<Throughput> {
  const dynoxide = await startDynoxide();
  const ses = await startSes();
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
        const mailer = sesMailer(recording(ses.client, calls), { configurationSet: 'bench' });
        const pipeline = new Pipeline({ meter, tables, policy, mailer });
        for (const event of lane) await pipeline.send(event);
        await pipeline.before(MIX_START + 2 * MIX_DAYS * DAY_MS);
        return pipeline.figures.mails;
      }),
    );
    const seconds = (performance.now() - started) / 1000;
    const bare = await bareSeconds(dynoxide, tables, recorded);
    return {
      events: count,
      mails: mails.reduce((a, b) => a + b, 0),
      calls: recorded.reduce((sum, calls) => sum + calls.length, 0),
      eventsPerSecond: count / seconds,
      bareEventsPerSecond: count / bare,
    };
  } finally {
    ses.stop();
    await dynoxide.stop();
  }
}

async function bareSeconds(
  dynoxide: Dynoxide,
  from: Tables,
  recorded: readonly Recorded[][],
): Promise<number> {
  const to = await createTables(dynoxide.client);
  const again = recorded.map((calls) =>
    calls.map(({ make: Make, input, to: sender }) => ({
      sender,
      command: new Make(renamed(input, from, to)),
    })),
  );
  const started = performance.now();
  await Promise.all(
    again.map(async (commands) => {
      for (const { sender, command } of commands) {
        // A call that was refused then is refused now: both are answers.
        await sender.send(command as never).catch(() => undefined);
      }
    }),
  );
  return (performance.now() - started) / 1000;
}
