/** A panel from each customer's order days: for commands, which have a whole log at hand. */
import type { Day } from '../../../contract/predictions.ts';
import type { Flow, Outcome, Panel, Row, Split } from '../panel.ts';

/** A week: long enough to even out weekdays, short enough to tell a season's turn. */
const FLOW_DAYS = 7;

export type PanelOptions = { until: Day; horizonDays: number };

/**
 * Of each customer the sorted distinct order days; days after `until` are not looked at.
 */
export function panelFromDays(
  customers: readonly (readonly Day[])[],
  { until, horizonDays }: PanelOptions,
): Panel {
  const known = customers.map((days) => days.filter((day) => day <= until));
  const first = known.reduce((least, [day]) => Math.min(least, day ?? least), until);
  return {
    origin: until,
    rows: rowsAt(known, until),
    splits: splitPlan(until - first + 1, horizonDays).map(({ back, horizon }) =>
      splitAt(known, until - back, horizon),
    ),
    flow: flowOf(known, first, until),
  };
}

/** Days before now at which to stand, and days from there to look ahead, oldest first. */
export function splitPlan(
  historyDays: number,
  horizonDays: number,
): { back: number; horizon: number }[] {
  const longest = Math.floor(Math.min(horizonDays, historyDays / 2));
  const plan = [];
  for (
    let horizon = longest, k = 0;
    horizon >= 14 && k < 2;
    horizon = Math.floor(horizon / 2), k += 1
  ) {
    for (let back = horizon, j = 0; j < 3 && historyDays - back >= horizon; j += 1) {
      plan.push({ back, horizon });
      back += Math.ceil(horizon / 2);
    }
  }
  return plan.sort((one, two) => two.back - one.back || one.horizon - two.horizon);
}

/** The customers who had bought by `origin`, and what they did in the `horizonDays` after it. */
export function splitAt(
  customers: readonly (readonly Day[])[],
  origin: Day,
  horizonDays: number,
): Split {
  const rows = new Map<string, Outcome>();
  for (const days of customers) {
    const row = rowOf(days, origin);
    if (!row) continue;
    let orders = 0;
    for (const day of days) if (day > origin && day <= origin + horizonDays) orders += 1;
    const key = `${row.x} ${row.tx} ${row.T} ${row.logGaps}`;
    const same = rows.get(key);
    if (same) {
      same.n += 1;
      same.buyers += orders > 0 ? 1 : 0;
      same.orders = (same.orders ?? 0) + orders;
    } else rows.set(key, { ...row, buyers: orders > 0 ? 1 : 0, orders });
  }
  // Sums of fractions depend on their order: it must not be that of the customers in a file.
  const sorted = [...rows.values()].sort(
    (a, b) => a.T - b.T || a.x - b.x || a.tx - b.tx || a.logGaps - b.logGaps,
  );
  return { origin, horizonDays, rows: sorted };
}

function rowsAt(customers: readonly (readonly Day[])[], origin: Day): Row[] {
  return splitAt(customers, origin, 0).rows.map(({ n, x, tx, T, logGaps }) => ({
    n,
    x,
    tx,
    T,
    logGaps,
  }));
}

/** What is known of one customer on the day `origin`; undefined before the first order. */
export function rowOf(days: readonly Day[], origin: Day): Row | undefined {
  const first = days[0];
  if (first === undefined || first > origin) return undefined;
  let x = 0;
  let last = first;
  let logGaps = 0;
  for (let at = 1; at < days.length; at += 1) {
    const day = days[at] as Day;
    if (day > origin) break;
    logGaps += Math.log(day - last);
    last = day;
    x += 1;
  }
  return { n: 1, x, tx: last - first, T: origin - first, logGaps };
}

function flowOf(customers: readonly (readonly Day[])[], first: Day, until: Day): Flow[] {
  const count = Math.max(1, Math.floor((until - first + 1) / FLOW_DAYS));
  const start = until + 1 - count * FLOW_DAYS;
  const flow = Array.from({ length: count }, (_, week) => ({
    from: start + week * FLOW_DAYS,
    days: FLOW_DAYS,
    firsts: 0,
    repeats: 0,
  }));
  for (const days of customers) {
    for (const [index, day] of days.entries()) {
      const stretch = flow[Math.floor((day - start) / FLOW_DAYS)];
      if (!stretch) continue;
      if (index === 0) stretch.firsts += 1;
      else stretch.repeats += 1;
    }
  }
  return flow;
}
