/** What goes through the system at the first start: a made-up year, a real order log, or nothing. */
import { createReadStream, existsSync } from 'node:fs';
import type { CatalogueProduct } from '../../functions/contract/catalogue.ts';
import { HOUR_MS, type Instant } from '../../functions/contract/time.ts';
import type { SavedState, Story } from './data/folder.ts';
import type { DemoMail, Reaction } from './demo/reactions.ts';
import type { Batch } from './demo/segment.ts';
import { LocalError } from './errors.ts';

/** A year of so many goes by in three minutes on two cores. */
const CUSTOMERS = 100;

export type Play = {
  start: Instant;
  end: Instant;
  batches(): Iterable<Batch>;
  reactTo(mail: DemoMail): Reaction[];
  /** What the shop's feed tells before its first event. */
  feed?: CatalogueProduct[];
};
export type Wish =
  | { kind: 'empty' }
  | { kind: 'demo' }
  | { kind: 'orders'; file: string; customers?: number };

/** The story of the data that is there; or the one that is wished for, with what it plays. */
export async function makeStory(
  wish: Wish,
  saved: SavedState | undefined,
): Promise<{ story: Story; play?: Play }> {
  if (saved) return { story: saved.story };
  const blank = { detail: '', finished: false, assumeConsent: false };
  switch (wish.kind) {
    case 'empty':
      return { story: { kind: 'empty', ...blank } };
    case 'demo': {
      const { makeDemo } = await import('./demo/shop.ts');
      const { demoFeed } = await import('./demo/catalogue.ts');
      const demo = makeDemo({ batchMs: 3 * HOUR_MS, customers: CUSTOMERS });
      return { story: { kind: 'demo', ...blank }, play: { ...demo, feed: demoFeed() } };
    }
    case 'orders':
      return ordersOf(wish.file, wish.customers);
  }
}

async function ordersOf(
  file: string,
  customers: number | undefined,
): Promise<{ story: Story; play: Play }> {
  if (!existsSync(file)) throw new LocalError('no-orders', `There is no file ${file}.`);
  const { ordersFromCsv } = await import('./demo/orders-csv.ts');
  try {
    const orders = await ordersFromCsv(createReadStream(file), {
      batchMs: HOUR_MS,
      ...(customers !== undefined && { customers }),
    });
    const { report } = orders;
    const detail =
      `${report.orders} orders and ${report.refunds} refunds of ${report.customers} customers; ` +
      `${report.bad} of ${report.lines} lines could not be read.`;
    return {
      story: { kind: 'orders', detail, finished: false, assumeConsent: true },
      play: { ...orders, reactTo: () => [] },
    };
  } catch (cause) {
    throw new LocalError('bad-orders', `${file}: ${(cause as Error).message}`);
  }
}
