import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backTest } from '../../../cli/backtest.ts';
import { planOf, scoreSplit } from '../../../cli/backtest/split.ts';
import { rocPoints } from '../../../cli/backtest/plots.ts';
import {
  command,
  folder,
  orderLines,
  ordersCsv,
  type Ran,
  ran as runs,
} from '../../builders/order-files.ts';
import { dayOf, hasShared, orderDays } from '../../builders/shared-data.ts';

const { dir, path, put } = folder();
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('the back-test command', () => {
  let ran: Ran;
  beforeAll(async () => {
    const orders = put('orders.csv', ordersCsv(orderLines(400, 360)));
    const reference = put(
      'reference.json',
      JSON.stringify({ rows: [{ name: 'other', brier: 0.1234, auc: 0.7 }] }),
    );
    ran = await command(
      'backtest',
      '--orders',
      orders,
      '--out',
      path('out'),
      '--reference',
      reference,
    );
  });

  it('tells the figures of the procedure and of each candidate, a reference beside', () => {
    expect(ran.code).toBe(0);
    for (const name of [
      'Perennial',
      'BG/NBD',
      'MBG/NBD',
      'BG/CNBD-k',
      'MBG/CNBD-k',
      'Pareto/NBD',
    ]) {
      expect(ran.stdout).toMatch(
        new RegExp(
          `\\| ${name.replace('/', '\\/')} +\\| +\\d+\\.\\d{3} \\| +0\\.\\d{3} \\| 0\\.\\d{4}`,
        ),
      );
    }
    expect(ran.stdout).toMatch(/reference: other +\| +- \| 0\.700 \| 0\.1234 \|/);
    expect(ran.stdout).toContain('horizon 90 days');
  });

  it('stands on earlier days as well, and takes the mean', () => {
    expect(ran.stdout).toContain('Standing on earlier days');
    expect(ran.stdout).toMatch(/\| mean: Perennial/);
  });

  it('draws what it found, and writes it down', () => {
    expect(readdirSync(path('out')).sort()).toEqual([
      'backtest.md',
      'calibration.svg',
      'cumulative.svg',
      'distribution.svg',
      'ranking.svg',
      'weekly.svg',
    ]);
    const page = readFileSync(join(path('out'), 'backtest.md'), 'utf8');
    expect(page).toContain('](calibration.svg)');
    expect(page).toContain('| Perennial');
    for (const name of ['calibration', 'cumulative', 'distribution', 'ranking', 'weekly']) {
      const svg = readFileSync(join(path('out'), `${name}.svg`), 'utf8');
      expect(svg).toMatch(/^<svg [^>]*role="img"[\s\S]*<\/svg>\n$/);
      expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    }
  });

  it('does the same for few customers, and for those of whom nobody came back', async () => {
    const few = put('few.csv', ordersCsv(orderLines(3, 200)));
    expect(await runs(backTest, '--orders', few, '--out', path('few'))).toMatchObject({
      code: 0,
    });
    const gone = ordersCsv(['1,2025-01-01,5', '2,2025-01-01,5', '3,2025-06-01,5']);
    const nobody = await command(
      'backtest',
      '--orders',
      put('gone.csv', gone),
      '--out',
      path('gone'),
    );
    expect(nobody).toMatchObject({ code: 0 });
    expect(nobody.stdout).toMatch(/\| Perennial +\| +\d+\.\d{3} \| +- \|/);
    const ranking = readFileSync(path('gone/ranking.svg'), 'utf8');
    expect(ranking).not.toMatch(/NaN|Infinity/);
  });

  it('ends in one sentence where there is nothing to judge by', async () => {
    const one = put('one.csv', ordersCsv(['1,2025-01-01,5']));
    const ran = await runs(backTest, '--orders', one, '--out', path('one'));
    expect([ran.code, ran.stderr]).toEqual([
      1,
      expect.stringContaining('wanted a split with orders before and after it'),
    ]);
    const late = await runs(backTest, '--orders', path('orders.csv'), '--until', '2030-01-01');
    expect(late.stderr).toMatch(/got --until 2030-01-01/);
    const bad = await command(
      'backtest',
      '--orders',
      path('orders.csv'),
      '--reference',
      path('orders.csv'),
    );
    expect([bad.code, bad.stderr]).toEqual([1, expect.stringContaining('--reference')]);
  });
});

describe('a plan', () => {
  it('leaves room before and after each origin', () => {
    expect(planOf({ first: 0, last: 360 }, {})).toEqual({
      origin: 270,
      horizonDays: 90,
      earlier: [225, 180, 135],
    });
    expect(planOf({ first: 0, last: 360 }, {}, 1_000_000)?.earlier).toEqual([225]);
    expect(planOf({ first: 0, last: 29 }, {})).toMatchObject({ origin: 19, horizonDays: 10 });
    expect(planOf({ first: 0, last: 360 }, { until: 200 })).toMatchObject({ horizonDays: 160 });
    for (const until of [-1, 360, 400]) {
      expect(planOf({ first: 0, last: 360 }, { until })).toBeUndefined();
    }
    expect(planOf({ first: 5, last: 5 }, {})).toBeUndefined();
  });
});

describe('a ranking', () => {
  it('climbs first where buyers are ranked first, and takes equal forecasts in one step', () => {
    const judged = [
      { p: 0.9, expected: 1, bought: 1 },
      { p: 0.5, expected: 1, bought: 1 },
      { p: 0.5, expected: 1, bought: 0 },
      { p: 0.1, expected: 1, bought: 0 },
    ];
    expect(rocPoints(judged)).toEqual([
      { x: 0, y: 0 },
      { x: 0, y: 0.5 },
      { x: 0.5, y: 1 },
      { x: 1, y: 1 },
    ]);
    expect(rocPoints(judged.slice(0, 1))).toEqual([]);
  });
});

describe.skipIf(!hasShared('cdnow_sample.csv'))('the sample of CDNOW', () => {
  it('is judged as reference implementations are', () => {
    const { scored } = scoreSplit(
      orderDays('cdnow_sample.csv'),
      { origin: dayOf('1997-09-30'), horizonDays: 273 },
      () => {},
    );
    const of = (id: string) => scored.find((one) => one.id === id)?.figures;
    expect(of('bg-nbd')?.mae).toBeCloseTo(0.7855, 3);
    expect(of('bg-nbd')?.brier).toBeCloseTo(0.1612, 3);
    expect(of('bg-nbd')?.logLoss).toBeCloseTo(0.5056, 3);
    expect(of('pareto-nbd')?.auc).toBeCloseTo(0.771, 2);
    expect(of('procedure')?.logLoss).toBeLessThan(of('pareto-nbd')?.logLoss ?? 0);
  });
});
