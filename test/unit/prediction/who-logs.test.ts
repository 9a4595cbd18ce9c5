/** The shop's model on public order logs: fitted on what was known at the split, judged by what came. */
import { describe, expect, it } from 'vitest';
import type { Figures } from '../../../functions/contract/prediction-who.ts';
import { fitWho } from '../../../functions/domain/prediction/who/fit.ts';
import { type Judged, metrics } from '../../../functions/domain/prediction/who/metrics.ts';
import { panelFromDays, rowOf } from '../../../functions/domain/prediction/who/panel-from-days.ts';
import { predictRow } from '../../../functions/domain/prediction/who/predict.ts';
import { dayOf, hasShared, orderDays, type SharedFile } from '../../builders/shared-data.ts';

type Log = Exclude<SharedFile, 'online_retail.csv.gz'>;

/** Each customer known at the split, one by one. */
function judge(customers: readonly number[][], until: number, horizonDays: number): Figures {
  const model = fitWho(panelFromDays(customers, { until, horizonDays }), { horizonDays });
  const judged: Judged[] = [];
  for (const days of customers) {
    const row = rowOf(days, until);
    if (!row) continue;
    const orders = days.filter((day) => day > until && day <= until + horizonDays).length;
    const { pActive, expectedOrders } = predictRow(model, row, until, horizonDays);
    judged.push({ p: pActive, expected: expectedOrders, bought: orders > 0 ? 1 : 0, orders });
  }
  return metrics(judged);
}

/**
 * Best figures of the reference implementations on the same split (each may be another one's). Calibration: a
 * perfect model would have 0.015 to 0.021 by chance; what is held here is what the procedure reaches.
 */
const LOGS: [log: Log, until: string, horizonDays: number, best: Record<string, number>][] = [
  [
    'cdnow_sample.csv',
    '1997-09-30',
    273,
    { brier: 0.1577, logLoss: 0.4911, auc: 0.771, mae: 0.816, calibrationError: 0.03 },
  ],
  [
    'grocery_elog.csv',
    '2006-12-31',
    364,
    { brier: 0.113, logLoss: 0.3899, auc: 0.868, mae: 1.366, calibrationError: 0.03 },
  ],
  [
    // Its autumn is stronger than any shop's that knows but a spring and a summer can be expected to be.
    'online_retail_orders.csv',
    '2011-08-31',
    100,
    { brier: 0.2103, logLoss: 0.6047, auc: 0.738, mae: 0.983, calibrationError: 0.07 },
  ],
];

describe.each(LOGS)('who of %s comes back after %s within %i days', (log, until, horizon, best) => {
  it.skipIf(!hasShared(log))('is told better than by the best of the reference models', () => {
    const figures = judge(orderDays(log), dayOf(until), horizon);
    expect(figures.brier).toBeLessThan(best['brier'] as number);
    expect(figures.logLoss).toBeLessThan(best['logLoss'] as number);
    expect(figures.auc).toBeGreaterThan(best['auc'] as number);
    expect(figures.mae).toBeLessThan(best['mae'] as number);
    expect(figures.calibrationError).toBeLessThan(best['calibrationError'] as number);
  });
});

/** Log-loss of forecasting the same share, the true one, for all. */
const entropy = (share: number) => -share * Math.log(share) - (1 - share) * Math.log(1 - share);

const OTHERS: [log: Log, until: string, horizonDays: number][] = [
  ['cdnow_sample.csv', '1997-06-30', 91],
  ['cdnow_sample.csv', '1997-12-31', 91],
  ['grocery_elog.csv', '2006-06-30', 182],
  ['grocery_elog.csv', '2007-06-30', 91],
  ['online_retail_orders.csv', '2011-05-31', 60],
  ['online_retail_orders.csv', '2011-10-15', 30],
];

describe.each(OTHERS)('who of %s comes back after %s within %i days', (log, until, horizon) => {
  it.skipIf(!hasShared(log))('is told by the same procedure as well', () => {
    const figures = judge(orderDays(log), dayOf(until), horizon);
    expect(figures.logLoss).toBeLessThan(0.92 * entropy(figures.boughtShare));
    expect(figures.auc).toBeGreaterThan(0.74);
    expect(figures.calibrationError).toBeLessThan(0.06);
  });
});

describe('a shop of few customers of a public log', () => {
  it.skipIf(!hasShared('cdnow_sample.csv'))('is told better than by its mean', () => {
    const customers = orderDays('cdnow_sample.csv');
    const losses = [0, 1, 2, 3, 4, 5].map((part) => {
      const few = customers.filter((_, index) => index % 24 === part);
      const { logLoss, boughtShare } = judge(few, dayOf('1997-09-30'), 273);
      return logLoss - entropy(boughtShare);
    });
    expect(losses.reduce((sum, loss) => sum + loss, 0) / losses.length).toBeLessThan(-0.05);
  });
});
