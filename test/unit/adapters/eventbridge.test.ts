import type { PutEventsCommand, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { describe, expect, it } from 'vitest';
import {
  type BusClient,
  cut,
  ENTRIES_BYTES_MAX,
  eventBridgeBus,
} from '../../../functions/adapters/bus/eventbridge.ts';

type Sent = PutEventsRequestEntry[];

/** A bus that refuses what `refuses` says, for each call. */
function world(refuses: (entry: Sent[number], call: number) => boolean) {
  const calls: Sent[] = [];
  const errors: unknown[] = [];
  const client = {
    send: async (command: PutEventsCommand) => {
      const entries: Sent = command.input.Entries ?? [];
      calls.push(entries);
      const Entries = entries.map((entry) =>
        refuses(entry, calls.length) ? { ErrorCode: 'ThrottlingException' } : { EventId: 'e' },
      );
      return { Entries, FailedEntryCount: Entries.filter((one) => 'ErrorCode' in one).length };
    },
  } as unknown as BusClient;
  const bus = eventBridgeBus({
    client,
    busName: 'perennial',
    onError: (error) => errors.push(error),
    pause: async () => undefined,
  });
  return { bus, calls, errors };
}
const entries = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ name: `E${n}`, detail: { n } }));
const names = (sent: Sent | undefined) => sent?.map(({ DetailType }) => DetailType);

describe('the bus', () => {
  it('sends again only the entries that were refused', async () => {
    const { bus, calls } = world(({ DetailType }, call) => DetailType === 'E1' && call === 1);
    expect(await bus.put(entries(3))).toEqual([]);
    expect(calls.map(names)).toEqual([['E0', 'E1', 'E2'], ['E1']]);
    expect(calls[0]?.[0]?.Source).toBe('perennial');
  });

  it('names the entries that stay refused by their places', async () => {
    const { bus } = world(({ DetailType }) => DetailType === 'E1' || DetailType === 'E11');
    expect(await bus.put(entries(12))).toEqual([1, 11]);
  });

  it('gives back a call that failed and goes on with the next', async () => {
    const { bus, errors } = world(({ DetailType }) => {
      if (DetailType === 'E0') throw new Error('reset');
      return false;
    });
    expect(await bus.put(entries(12))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(errors).toHaveLength(1);
  });

  it('cuts by ten and by bytes', () => {
    const placed = (detail: string) => ({ place: 0, name: 'E', detail });
    expect(cut(Array.from({ length: 21 }, () => placed('{}'))).map((one) => one.length)).toEqual([
      10, 10, 1,
    ]);
    const half = placed('x'.repeat(ENTRIES_BYTES_MAX / 2 - 24));
    expect(cut([half, half, half]).map((one) => one.length)).toEqual([2, 1]);
    expect(cut([])).toEqual([]);
  });
});
