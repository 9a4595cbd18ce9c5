/** The shop's own model of who comes back. See docs/predictions.md. */
import type { Basis, Day } from './predictions.ts';

/** One of ten bins of equally many customers: the share that was forecast and the share that bought. */
export type CalibrationBin = { customers: number; predicted: number; bought: number };

/** How good forecasts of P(at least one order) and of expected orders were. */
export type Figures = {
  customers: number;
  brier: number;
  logLoss: number;
  /** NaN where nobody, or everybody, bought. */
  auc: number;
  /** Mean absolute error of expected orders per customer; NaN where orders are not known. */
  mae: number;
  /** Mean over the bins of |predicted - bought|. */
  calibrationError: number;
  predictedShare: number;
  boughtShare: number;
  /** Expected orders over orders. */
  ordersRatio: number;
  bins: CalibrationBin[];
};

/** A candidate, what it showed on the shop's own past, and how much of the forecast is its. */
export type Candidate = {
  /** 'regression', or a family's id. */
  id: string;
  /** Its share in P(active). */
  weight: number;
  /** On the back-test's splits; absent without any. */
  figures?: Omit<Figures, 'bins'>;
};

/** Another shape, or other features under the same names, is another version: old and new never mix. */
export const WHO_VERSION = 1;

export type WhoModel = {
  kind: 'who';
  version: typeof WHO_VERSION;
  /** The day up to which the shop's orders were known. */
  origin: Day;
  /** The horizon that it was fitted for, and predicts unless asked for another. */
  horizonDays: number;
  basis: Basis;
  /** Customers, and those with a repeat order, that it rests on. */
  customers: number;
  repeaters: number;
  /** Order days after the first per customer and day since the first: the scale of time of this shop. */
  rate: number;
  /** How fast time passes in each month, January first, mean 1; see who/season.ts. */
  months: number[];
  /** How much of the usual retail season the shop's own orders show: 1 is all of it, 0 none. */
  seasonStrength: number;
  /** Log-odds of at least one order, and logarithm of the expected orders: see who/features.ts. */
  active: Coefficients;
  orders: Coefficients;
  /** The family of models that has a say beside the regressions, fitted on the season's clock. */
  family?: { id: string; params: number[] };
  /** What each candidate showed, and the forecast that came of them. Empty without a back-test. */
  candidates: Candidate[];
  backTest?: Figures;
};

/** Of a regression: one coefficient for each feature, and their covariance, row by row. */
export type Coefficients = { values: number[]; covariance: number[] };

/** What the model says of one customer on one day. */
export type WhoPrediction = {
  /** P(at least one order day within the horizon). */
  pActive: number;
  expectedOrders: number;
  /** 80% interval of pActive: how sure the model is of it, not whether the customer buys. */
  low: number;
  high: number;
  basis: Basis;
};
