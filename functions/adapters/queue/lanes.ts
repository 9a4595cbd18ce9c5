/**
 * Straight into the lanes of `react`, past the bus: for events that were published before. Their customers
 * hear them again, which changes nothing; other listeners of the bus, who might ship twice, do not.
 */
import type { Bus, BusEntry } from '../../app/ports.ts';
import { BROWSE_EVENTS, BUS_SOURCE } from '../../contract/events.ts';
import type { Queue } from './sqs.ts';

export type Lanes = {
  facts: Pick<Queue, 'send'>;
  browse: Pick<Queue, 'send'>;
  /** Hears why a lane took nothing; its entries come back as refused. */
  onError(error: unknown): void;
};

/** The message as the bus's rule would have put it into the queue. */
const messageOf = ({ name, detail }: BusEntry) => ({
  source: BUS_SOURCE,
  'detail-type': name,
  detail,
});

export const laneBus = ({ facts, browse, onError }: Lanes): Bus => ({
  async put(entries) {
    const places = [...entries.keys()];
    const isBrowsing = (place: number) => BROWSE_EVENTS.includes(entries[place]?.name ?? '');
    const refused: number[] = [];
    for (const [lane, wanted] of [
      [facts, places.filter((place) => !isBrowsing(place))],
      [browse, places.filter(isBrowsing)],
    ] as const) {
      if (wanted.length === 0) continue;
      try {
        await lane.send(wanted.flatMap((place) => entries[place] ?? []).map(messageOf));
      } catch (error) {
        onError(error);
        refused.push(...wanted);
      }
    }
    return refused;
  },
});
