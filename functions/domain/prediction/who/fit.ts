/** The shop's own model of who comes back, from what its panel shows. */
import type { Coefficients, WhoModel } from '../../../contract/prediction-who.ts';
import type { Basis } from '../../../contract/predictions.ts';
import type { Panel } from '../panel.ts';
import { featuresOf, paceOf } from './features.ts';
import { type Judged, metrics } from './metrics.ts';
import { predictRow } from './predict.ts';
import { ACTIVE, ORDERS } from './prior.ts';
import { logistic, logLinear, type Observation, type Regression } from './ridge.ts';

/** Fewer repeat buyers and the prior has more to say than they: said as 'shrunk'. */
const SHOP_REPEATERS = 100;
/** Fewer, and nothing of the shop is told from chance: 'prior'. */
const SHRUNK_REPEATERS = 20;
/** Fewer customers, and nothing is told at all. */
const PRIOR_CUSTOMERS = 10;

export function fitWho(panel: Panel, { horizonDays }: { horizonDays: number }): WhoModel {
  const bought: Observation[] = [];
  const ordered: Observation[] = [];
  for (const split of panel.splits) {
    const rate = paceOf(split.rows);
    for (const row of split.rows) {
      const features = featuresOf(row, rate, split.horizonDays);
      bought.push({ features, n: row.n, y: row.buyers });
      if (row.orders !== undefined) ordered.push({ features, n: row.n, y: row.orders });
    }
  }
  const customers = panel.rows.reduce((sum, row) => sum + row.n, 0);
  const repeaters = panel.rows.reduce((sum, row) => sum + (row.x > 0 ? row.n : 0), 0);
  const model: WhoModel = {
    kind: 'who',
    origin: panel.origin,
    horizonDays,
    basis: basisOf(customers, repeaters, panel.splits.length),
    customers,
    repeaters,
    rate: paceOf(panel.rows),
    active: coefficients(logistic(bought, ACTIVE)),
    orders: coefficients(logLinear(ordered, ORDERS)),
    candidates: [],
  };
  const judged = judge(model, panel);
  return judged.length > 0 ? { ...model, backTest: metrics(judged) } : model;
}

function basisOf(customers: number, repeaters: number, splits: number): Basis {
  if (customers < PRIOR_CUSTOMERS) return 'none';
  if (repeaters < SHRUNK_REPEATERS || splits === 0) return 'prior';
  return repeaters < SHOP_REPEATERS ? 'shrunk' : 'shop';
}

function coefficients({ coefficients: values, covariance }: Regression): Coefficients {
  return { values: values.map(short), covariance: covariance.map(short) };
}

/** Six digits are beyond what any fit tells, and keep the model small. */
function short(value: number): number {
  return Number(value.toPrecision(6));
}

function judge(model: WhoModel, panel: Panel): Judged[] {
  return panel.splits.flatMap((split) =>
    split.rows.map((row) => {
      const { pActive, expectedOrders } = predictRow(model, row, split.horizonDays);
      return {
        p: pActive,
        expected: expectedOrders,
        bought: row.buyers,
        n: row.n,
        ...(row.orders === undefined ? {} : { orders: row.orders }),
      };
    }),
  );
}
