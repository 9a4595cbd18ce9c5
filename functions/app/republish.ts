/** A stretch of the log once more on its way: for what a stream or a queue lost. Repeats change nothing. */
import type { CustomerEvent } from '../contract/events.ts';
import type { Bus } from './ports.ts';
import { entryOfEvent } from './publish.ts';

export type RepublishDeps = {
  /** Pages of the log: events of the stretch, and how many rows were looked at for them. */
  pages: AsyncIterable<{ events: readonly CustomerEvent[]; scanned: number }>;
  bus: Bus;
  /** Called after each page. */
  progress(done: Republished): void;
};
export type Republished = { scanned: number; published: number; refused: number };

/** Entries in one call of the port, which cuts them as the bus wants. */
const ENTRIES_AT_ONCE = 100;

/** Resolves to the sums. `refused` above 0: run it again, what got through is dropped by its id. */
export async function republish({ pages, bus, progress }: RepublishDeps): Promise<Republished> {
  const done: Republished = { scanned: 0, published: 0, refused: 0 };
  for await (const { events, scanned } of pages) {
    for (let start = 0; start < events.length; start += ENTRIES_AT_ONCE) {
      const part = events.slice(start, start + ENTRIES_AT_ONCE).map(entryOfEvent);
      const refused = await bus.put(part);
      done.published += part.length - refused.length;
      done.refused += refused.length;
    }
    done.scanned += scanned;
    progress({ ...done });
  }
  return done;
}
