/** The event bus. */
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { Bus, BusEntry } from '../../app/ports.ts';
import { BUS_SOURCE } from '../../contract/events.ts';
import { inBatches, REPEATABLE } from '../batches.ts';

/** What the adapter needs of the client. */
export type BusClient = Pick<EventBridgeClient, 'send'>;

let shared: EventBridgeClient | undefined;
/** Made at the first call and kept while the function is warm. An event on the bus twice is no harm. */
export function busClient(): EventBridgeClient {
  shared ??= new EventBridgeClient(REPEATABLE);
  return shared;
}

/** PutEvents' own limits: ten entries, 256 KB altogether. */
export const ENTRIES_MAX = 10;
export const ENTRIES_BYTES_MAX = 256 * 1024;
/** PutEvents counts 14 bytes for the time of an entry; we name none, and count them all the same. */
const TIME_BYTES = 14;
/** Refused entries are sent again so often at once; then the stream brings their records again. */
const RESENDS_MAX = 3;
/** Throttling passes in fractions of a second. */
const PAUSE_MS = 50;

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

type Placed = { place: number; detail: string; name: string };

const bytesOf = ({ name, detail }: Placed): number =>
  Buffer.byteLength(detail) + Buffer.byteLength(name) + BUS_SOURCE.length + TIME_BYTES;

/** Cuts by ten and by bytes, in order. */
export const cut = (entries: readonly Placed[]): Placed[][] =>
  inBatches(entries, bytesOf, { entries: ENTRIES_MAX, bytes: ENTRIES_BYTES_MAX });

export type BusConfig = {
  client: BusClient;
  busName: string;
  /** Hears why a call failed; the entries come back as refused. */
  onError(error: unknown): void;
  pause?: (ms: number) => Promise<void>;
};

export const eventBridgeBus = (config: BusConfig): Bus => ({
  async put(entries: readonly BusEntry[]): Promise<number[]> {
    const placed = entries.map(({ name, detail }, place) => ({
      place,
      name,
      detail: JSON.stringify(detail),
    }));
    const failed: number[] = [];
    for (const batch of cut(placed)) failed.push(...(await putBatch(config, batch)));
    return failed;
  },
});

/** PutEvents answers 200 with `FailedEntryCount`: only those entries go again. Calls the SDK repeats. */
async function putBatch(config: BusConfig, batch: readonly Placed[]): Promise<number[]> {
  let rest = [...batch];
  for (let attempt = 0; attempt < RESENDS_MAX && rest.length > 0; attempt += 1) {
    if (attempt > 0) await (config.pause ?? wait)(PAUSE_MS * 2 ** attempt);
    try {
      rest = await refusedOf(config, rest);
    } catch (error) {
      config.onError(error);
      break;
    }
  }
  return rest.map(({ place }) => place);
}

async function refusedOf({ client, busName }: BusConfig, batch: Placed[]): Promise<Placed[]> {
  const { Entries = [], FailedEntryCount = 0 } = await client.send(
    new PutEventsCommand({
      Entries: batch.map(({ name, detail }) => ({
        EventBusName: busName,
        Source: BUS_SOURCE,
        DetailType: name,
        Detail: detail,
      })),
    }),
  );
  return FailedEntryCount === 0 ? [] : batch.filter((_, index) => Entries[index]?.ErrorCode);
}
