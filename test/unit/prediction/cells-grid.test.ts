import { describe, expect, it } from 'vitest';
import { gridLoss, panelsOf, weeklyParams } from '../../../cli/bench/grid.ts';
import { dayOf, hasShared, orderDays } from '../../builders/shared-data.ts';

const SHOPS = [
  ['cdnow_sample.csv', '1997-09-30', 273],
  ['grocery_elog.csv', '2006-12-31', 364],
  ['online_retail_orders.csv', '2011-08-31', 100],
] as const;

describe('the week grid', () => {
  describe.each(SHOPS)('on %s', (file, until, horizonDays) => {
    const options = () => ({ until: dayOf(until), horizonDays });

    it.skipIf(!hasShared(file))(
      'costs next to nothing in what is forecast, by the same stretches of the past',
      () => {
        const { days, cells, sameStretches } = gridLoss(orderDays(file), options());
        for (const [name, figures] of Object.entries({ days, sameStretches, cells })) {
          const { brier, logLoss, auc, mae } = figures;
          const told = [brier, logLoss, auc, mae].map((value) => value.toFixed(4)).join(' ');
          console.info(`${file} ${name}: Brier, log-loss, AUC, MAE ${told}`);
        }
        expect(cells.brier - sameStretches.brier).toBeLessThan(0.001);
        expect(cells.logLoss - sameStretches.logLoss).toBeLessThan(0.002);
        expect(sameStretches.auc - cells.auc).toBeLessThan(0.002);
      },
    );

    it.skipIf(!hasShared(file))('moves the parameters of Pareto/NBD and MBG/CNBD-k little', () => {
      const { days, cells } = panelsOf(orderDays(file), options());
      for (const family of ['mbg-cnbd-k', 'pareto-nbd'] as const) {
        const [exact, counted] = [days, cells].map(({ rows }) => weeklyParams(family, rows));
        console.info(
          `${file} ${family}: days ${exact?.map((v) => v.toFixed(3)).join(' ')}, ` +
            `cells ${counted?.map((v) => v.toFixed(3)).join(' ')}`,
        );
        exact?.forEach((value, at) => {
          expect(Math.abs((counted?.[at] ?? 0) - value)).toBeLessThan(0.08 * value + 0.002);
        });
      }
    });
  });
});
