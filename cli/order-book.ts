/** A file's orders by customer: what a command needs of them to predict. */
import type { Day, History } from '../functions/contract/predictions.ts';
import type { OrderRow } from './orders-file.ts';

export type Buyer = {
  id: string;
  /** Distinct order days, ascending. */
  days: Day[];
  /** Of each order day; 0 where the file has none. */
  amounts: number[];
  /** Sum of what came back, as a positive number. */
  returned: number;
};

type Open = Buyer & { sorted: boolean };

/** Several rows of a customer on one day are one order day, amounts summed. */
export class OrderBook {
  private readonly buyers = new Map<string, Open>();
  /** Some row had an amount above zero. */
  private paid = false;

  add(row: OrderRow): void {
    let buyer = this.buyers.get(row.customer);
    if (!buyer) {
      buyer = { id: row.customer, days: [], amounts: [], returned: 0, sorted: true };
      this.buyers.set(row.customer, buyer);
    }
    const amount = row.amount ?? 0;
    if (row.returned) {
      buyer.returned += Math.max(0, -amount);
      return;
    }
    this.paid ||= amount > 0;
    const last = buyer.days.length - 1;
    if (buyer.days[last] === row.day) {
      buyer.amounts[last] = (buyer.amounts[last] as number) + amount;
      return;
    }
    if (row.day < (buyer.days[last] ?? row.day)) buyer.sorted = false;
    buyer.days.push(row.day);
    buyer.amounts.push(amount);
  }

  get hasAmounts(): boolean {
    return this.paid;
  }

  /** Everybody who bought, in the order of the file. */
  list(): Buyer[] {
    const all: Buyer[] = [];
    for (const buyer of this.buyers.values()) {
      if (buyer.days.length === 0) continue;
      if (!buyer.sorted) inOrder(buyer);
      const { id, days, amounts, returned } = buyer;
      all.push({ id, days, amounts, returned });
    }
    return all;
  }
}

function inOrder(buyer: Open): void {
  const byDay = new Map<Day, number>();
  buyer.days.forEach((day, at) =>
    byDay.set(day, (byDay.get(day) ?? 0) + (buyer.amounts[at] as number)),
  );
  const sorted = [...byDay].sort(([a], [b]) => a - b);
  buyer.days = sorted.map(([day]) => day);
  buyer.amounts = sorted.map(([, amount]) => amount);
  buyer.sorted = true;
}

/** What the models know of a buyer on the day `at`; undefined before the first order. */
export function historyAt(buyer: Buyer, at: Day): History | undefined {
  const first = buyer.days[0];
  if (first === undefined || first > at) return undefined;
  let [last, repeats, logGaps, orders, total] = [first, 0, 0, 0, 0];
  for (let index = 0; index < buyer.days.length; index += 1) {
    const day = buyer.days[index] as Day;
    if (day > at) break;
    if (day > last) {
      repeats += 1;
      logGaps += Math.log(day - last);
      last = day;
    }
    const amount = buyer.amounts[index] as number;
    if (amount > 0) orders += 1;
    total += amount;
  }
  // What came back is not dated to an order: it lessens the sum, as in the shop's own books.
  const net = total - buyer.returned;
  const history: History = { first, last, repeats, logGaps };
  return net > 0 ? { ...history, spend: { orders, total: net } } : history;
}
