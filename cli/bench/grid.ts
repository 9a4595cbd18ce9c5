/** What the week grid of counted cells costs, against the same orders by their exact days. */
import type { Figures } from '../../functions/contract/prediction-who.ts';
import type { Day } from '../../functions/contract/predictions.ts';
import { rowsOfDays } from '../../functions/domain/prediction/cells/from-days.ts';
import { panelFromCells } from '../../functions/domain/prediction/cells/panel.ts';
import { FAMILIES } from '../../functions/domain/prediction/families/all.ts';
import type { FamilyId } from '../../functions/domain/prediction/families/family.ts';
import type { Panel, Row } from '../../functions/domain/prediction/panel.ts';
import { fitWho } from '../../functions/domain/prediction/who/fit.ts';
import { metrics } from '../../functions/domain/prediction/who/metrics.ts';
import { panelFromDays, splitAt } from '../../functions/domain/prediction/who/panel-from-days.ts';
import { predictRow } from '../../functions/domain/prediction/who/predict.ts';

type GridOptions = { until: Day; horizonDays: number };

/** The orders until a day as both makers of panels see them, and as cells whose splits have exact days. */
export function panelsOf(customers: readonly (readonly Day[])[], options: GridOptions) {
  const { until, horizonDays } = options;
  const known = customers
    .map((days) => days.filter((day) => day <= until))
    .filter(({ length }) => length > 0);
  const days = panelFromDays(known, options);
  const cells = panelFromCells(rowsOfDays(known), { today: until, horizonDays });
  const splits = cells.splits.map(({ origin, horizonDays: ahead }) =>
    splitAt(known, origin, ahead),
  );
  return { days, cells, sameStretches: { ...days, splits } };
}

/** The shop's model fitted on each, judged by what the customers did after `until`, by exact days. */
export function gridLoss(
  customers: readonly (readonly Day[])[],
  options: GridOptions,
): { [panel in 'days' | 'cells' | 'sameStretches']: Omit<Figures, 'bins'> } {
  const truth = splitAt(customers, options.until, options.horizonDays);
  const judge = (panel: Panel) => {
    const model = fitWho(panel, options);
    return metrics(
      truth.rows.map((row) => {
        const { pActive, expectedOrders } = predictRow(model, row, options.horizonDays);
        const { buyers: bought, n, orders = 0 } = row;
        return { p: pActive, expected: expectedOrders, bought, n, orders };
      }),
    );
  };
  const { days, cells, sameStretches } = panelsOf(customers, options);
  return { days: judge(days), cells: judge(cells), sameStretches: judge(sameStretches) };
}

/** Parameters of a family, times in weeks as the literature has them. */
export const weeklyParams = (family: FamilyId, rows: readonly Row[]): number[] =>
  FAMILIES[family].fit(
    rows.map((row) => ({
      ...row,
      tx: row.tx / 7,
      T: row.T / 7,
      logGaps: row.logGaps - row.x * Math.log(7),
    })),
  ).params;
