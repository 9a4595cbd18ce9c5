/** Gathered orders in memory: for tests and tools. Held to the same suite as DynamoDB's. */
import type { Baskets } from '../../app/gather.ts';
import type { Gathered } from '../../domain/prediction/basket.ts';

export function memoryBaskets(): Baskets {
  const dates = new Map<string, Map<string, Gathered[]>>();
  return {
    put: async (date, batch, gathered) => {
      const rows = dates.get(date) ?? new Map<string, Gathered[]>();
      rows.set(batch, structuredClone([...gathered]));
      dates.set(date, rows);
    },
    async *read(date) {
      // As DynamoDB: by the sort key.
      const rows = [...(dates.get(date) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
      for (const [, gathered] of rows) yield structuredClone(gathered);
    },
  };
}
