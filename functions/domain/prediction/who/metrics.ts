/** How good predictions were, once it is known who bought: proper scores, ranking, calibration, counts. */
import type { CalibrationBin, Figures } from '../../../contract/prediction-who.ts';

/** One customer, or `n` alike of whom `bought` bought and who gave `orders` order days together. */
export type Judged = { p: number; expected: number; bought: number; orders?: number; n?: number };

/** Ten bins of equally many customers: the customary number; fewer hide a bend, more show only noise. */
const BINS = 10;
/** A forecast of exactly 0 or 1 that fails would have infinite log-loss; so it counts as one in a million. */
const CERTAIN = 1e-6;

/**
 * Brier score and log-loss of P(at least one order), AUC (ties count half), mean absolute error of the
 * expected orders per customer, and calibration error: mean over ten equal-count bins of |predicted share -
 * share that bought|. Of rows that stand for several customers the MAE is a lower bound, since only the sum
 * of their orders is known.
 */
export function metrics(judged: readonly Judged[]): Figures {
  const sorted = judged.filter((one) => (one.n ?? 1) > 0).sort((one, two) => one.p - two.p);
  const customers = sum(sorted, (one) => one.n ?? 1);
  const bins = calibrationBins(sorted, customers);
  const known = sorted.filter((one) => one.orders !== undefined);
  return {
    customers,
    brier: sum(sorted, brier) / customers,
    logLoss: sum(sorted, logLoss) / customers,
    auc: auc(sorted),
    mae:
      sum(known, (one) => Math.abs((one.n ?? 1) * one.expected - (one.orders ?? 0))) /
      sum(known, (one) => one.n ?? 1),
    calibrationError:
      sum(bins, (bin) => bin.customers * Math.abs(bin.predicted - bin.bought)) / customers,
    predictedShare: sum(sorted, (one) => (one.n ?? 1) * one.p) / customers,
    boughtShare: sum(sorted, (one) => one.bought) / customers,
    ordersRatio:
      sum(known, (one) => (one.n ?? 1) * one.expected) / sum(known, (one) => one.orders ?? 0),
    bins,
  };
}

function brier({ p, bought, n = 1 }: Judged): number {
  return bought * (1 - p) ** 2 + (n - bought) * p ** 2;
}

function logLoss({ p, bought, n = 1 }: Judged): number {
  const safe = Math.min(1 - CERTAIN, Math.max(CERTAIN, p));
  return -bought * Math.log(safe) - (n - bought) * Math.log1p(-safe);
}

/** P(a buyer is ranked above a non-buyer), by the sum over groups of equal forecasts. NaN without both. */
function auc(sorted: readonly Judged[]): number {
  let wins = 0;
  let below = 0;
  let buyers = 0;
  for (let at = 0; at < sorted.length; ) {
    let yes = 0;
    let no = 0;
    const { p } = sorted[at] as Judged;
    // Once at least: a forecast that is no number equals nothing, itself included.
    do {
      const { bought, n = 1 } = sorted[at] as Judged;
      yes += bought;
      no += n - bought;
      at += 1;
    } while (at < sorted.length && sorted[at]?.p === p);
    wins += yes * (below + no / 2);
    below += no;
    buyers += yes;
  }
  return wins / (buyers * below);
}

/** Equal-count bins; a row that crosses an edge is shared between its bins. */
function calibrationBins(sorted: readonly Judged[], customers: number): CalibrationBin[] {
  const bins: CalibrationBin[] = [];
  let bin = { customers: 0, predicted: 0, bought: 0 };
  const size = customers / Math.min(BINS, Math.max(1, customers));
  for (const { p, bought, n = 1 } of sorted) {
    for (let left = n; left > 0; ) {
      const part = Math.min(left, size - bin.customers);
      bin.customers += part;
      bin.predicted += part * p;
      bin.bought += (part * bought) / n;
      left -= part;
      // A rounding remainder must neither loop for ever nor open an eleventh bin.
      if (bin.customers >= size * (1 - 1e-9)) {
        bins.push(bin);
        bin = { customers: 0, predicted: 0, bought: 0 };
        if (left < size * 1e-9) break;
      }
    }
  }
  if (bin.customers > size * 1e-6) bins.push(bin);
  return bins.map(({ customers: count, predicted, bought }) => ({
    customers: count,
    predicted: predicted / count,
    bought: bought / count,
  }));
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += value(item);
  return total;
}
