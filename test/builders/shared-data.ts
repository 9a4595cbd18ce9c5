/**
 * The public order logs of `../shared/data`, beside the repository: not part of it, and not on a newcomer's
 * machine. Tests that need one are skipped, visibly, where it is absent.
 */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export type SharedFile =
  | 'cdnow_sample.csv'
  | 'grocery_elog.csv'
  | 'online_retail_orders.csv'
  | 'online_retail.csv.gz';

/** Where the file would be. */
export function sharedPath(file: SharedFile): string {
  return fileURLToPath(new URL(`../../../shared/data/${file}`, import.meta.url));
}

/** Use as `describe.skipIf(!hasShared(file))`. */
export function hasShared(file: SharedFile): boolean {
  return existsSync(sharedPath(file));
}

/** Days since 1970-01-01 of an ISO date, `2006-12-31`. */
export function dayOf(date: string): number {
  return Math.floor(Date.parse(`${date.slice(0, 10)}T00:00:00Z`) / 86_400_000);
}

/** Each customer's sorted distinct order days, customers in order of appearance. */
export function orderDays(file: Exclude<SharedFile, 'online_retail.csv.gz'>): number[][] {
  const customers = new Map<string, Set<number>>();
  const [, ...lines] = readFileSync(sharedPath(file), 'utf8').trimEnd().split(/\r?\n/);
  for (const line of lines) {
    const [customer = '', date = ''] = line.split(',');
    const days = customers.get(customer) ?? new Set();
    customers.set(customer, days.add(dayOf(date)));
  }
  return [...customers.values()].map((days) => [...days].sort((one, two) => one - two));
}
