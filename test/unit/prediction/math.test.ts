import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minimize } from '../../../functions/domain/prediction/math/bfgs.ts';
import {
  betaI,
  digamma,
  gammaP,
  gammaQ,
  lnBeta,
  lnGamma,
} from '../../../functions/domain/prediction/math/gamma.ts';
import { hessian, inverse } from '../../../functions/domain/prediction/math/hessian.ts';
import { gaussLegendre, integrate } from '../../../functions/domain/prediction/math/quadrature.ts';
import {
  decayIntegral,
  logAdd,
  logSum,
  PROBABILITY_MIN,
  probability,
  safeLog,
} from '../../../functions/domain/prediction/math/sums.ts';

const expectClose = (got: number, wanted: number, relative = 1e-12) =>
  expect(Math.abs(got - wanted)).toBeLessThanOrEqual(relative * Math.max(1e-4, Math.abs(wanted)));

/** Wanted figures: scipy.special. */
describe('the special functions', () => {
  it.each([
    [1e-8, 18.42068073818021],
    [0.1, 2.252712651734206],
    [0.5, 0.5723649429247],
    [1, 0],
    [2, 0],
    [3.7, 1.428072326665388],
    [25, 54.78472939811232],
    [1e6, 12815504.569147611],
  ])('know ln gamma(%f)', (z, wanted) => expectClose(lnGamma(z), wanted));

  it.each([
    [1e-8, -100000000.57721564],
    [0.1, -10.423754940411076],
    [0.5, -1.9635100260214235],
    [3.7, 1.1671535393615113],
    [25, 3.198742512851974],
    [1e6, 13.81551005796419],
  ])('know digamma(%f)', (z, wanted) => expectClose(digamma(z), wanted));

  it.each([
    [0.1, 0.02, 0.7095387288075101],
    [1, 1, 0.6321205588285577],
    [5, 4.5, 0.4678964236252849],
    [5, 15, 0.9991433587892247],
    [80, 72, 0.1871326136426657],
    [1e4, 10100, 0.8413487504471796],
  ])('know the incomplete gamma P(%f, %f)', (a, x, wanted) =>
    expectClose(gammaP(a, x), wanted, 1e-10),
  );

  it.each([
    [0.1, 3, 0.0015652717471143507],
    [5, 50, 5.4497019829205215e-17],
    [80, 160, 9.49273261186058e-13],
  ])('know the other tail Q(%f, %f) where it is small', (a, x, wanted) => {
    expect(gammaQ(a, x) / wanted).toBeCloseTo(1, 9);
  });

  it.each([
    [0.01, 0.1, 0.3, 0.4920742081451647],
    [0.3, 2, 4, 0.47178],
    [0.7, 50, 0.3, 8.743224915769985e-10],
    [0.99, 3000, 4, 4.0114895655783147e-10],
    [0.9, 3000, 900, 1],
  ])('know the incomplete beta I_%f(%f, %f)', (x, a, b, wanted) => {
    expect(betaI(x, a, b) / wanted).toBeCloseTo(1, 8);
  });

  it('keep their recurrences everywhere', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (z) => {
        const step = lnGamma(z + 1) - lnGamma(z);
        expect(Math.abs(step - Math.log(z))).toBeLessThan(1e-14 * Math.abs(lnGamma(z + 1)) + 1e-12);
        expect(digamma(z + 1) - digamma(z)).toBeCloseTo(1 / z, z < 1e-3 ? 4 : 9);
      }),
    );
  });

  it('keep both tails between 0 and 1 and summing to 1', () => {
    const shape = fc.double({ min: 0.01, max: 1e5, noNaN: true });
    fc.assert(
      fc.property(shape, fc.double({ min: 0, max: 3, noNaN: true }), (a, share) => {
        const [p, q] = [gammaP(a, a * share), gammaQ(a, a * share)];
        expect(p >= 0 && p <= 1 && q >= 0 && q <= 1).toBe(true);
        expect(p + q).toBeCloseTo(1, 9);
      }),
    );
    fc.assert(
      fc.property(shape, shape, fc.integer({ min: 0, max: 1024 }), (a, b, parts) => {
        const x = parts / 1024;
        expect(betaI(x, a, b) + betaI(1 - x, b, a)).toBeCloseTo(1, 7);
      }),
    );
  });

  it('end at the ends', () => {
    expect([gammaP(2, 0), gammaQ(2, 0), gammaP(2, Infinity), gammaQ(2, Infinity)]).toEqual([
      0, 1, 1, 0,
    ]);
    expect([betaI(0, 2, 3), betaI(1, 2, 3)]).toEqual([0, 1]);
    expectClose(lnBeta(2, 3), Math.log(1 / 12));
  });
});

describe('sums of what is very large or very small', () => {
  it('add logarithms without overflow', () => {
    expect(logAdd(1000, 1000)).toBeCloseTo(1000 + Math.log(2), 10);
    expect(logAdd(-Infinity, 3)).toBe(3);
    expect(logAdd(-Infinity, -Infinity)).toBe(-Infinity);
    expect(logSum([-2000, -2000, -2000])).toBeCloseTo(-2000 + Math.log(3), 10);
    expect(logSum([])).toBe(-Infinity);
  });

  it('never take the logarithm of nothing', () => {
    expect(safeLog(0)).toBe(Math.log(PROBABILITY_MIN));
    expect([probability(-1), probability(Number.NaN), probability(2), probability(0.4)]).toEqual([
      0, 0, 1, 0.4,
    ]);
  });

  it('integrate a decay through zero', () => {
    expect(decayIntegral(0, 3)).toBe(3);
    expect(decayIntegral(1e-9, 3)).toBeCloseTo(3, 7);
    expect(decayIntegral(2, 3)).toBeCloseTo((1 - Math.exp(-6)) / 2, 12);
    expect(decayIntegral(-0.5, 2)).toBeCloseTo((Math.E - 1) / 0.5, 12);
  });
});

describe('the quadrature', () => {
  it('is exact for polynomials up to twice its size', () => {
    for (const n of [2, 6, 16, 40]) {
      const rule = gaussLegendre(n);
      for (let power = 0; power < 2 * n; power += 1)
        expectClose(
          integrate(rule, 0, 1, (t) => t ** power),
          1 / (power + 1),
        );
    }
  });
});

describe('the search for a minimum', () => {
  const valley = (at: Float64Array, gradient: Float64Array) => {
    const [x, y] = at as unknown as [number, number];
    gradient[0] = -400 * x * (y - x * x) - 2 * (1 - x);
    gradient[1] = 200 * (y - x * x);
    return 100 * (y - x * x) ** 2 + (1 - x) ** 2;
  };

  it('finds the end of a bent valley from anywhere', () => {
    const from = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(from, from, (x, y) => {
        const end = minimize(valley, [x, y], { lower: [-9, -9], upper: [9, 9] });
        expect(end.converged).toBe(true);
        expect(end.at[0]).toBeCloseTo(1, 4);
        expect(end.at[1]).toBeCloseTo(1, 4);
      }),
    );
  });

  it('stops at a bound where the minimum lies outside', () => {
    const end = minimize(valley, [0, 0], { lower: [-9, -9], upper: [0.5, 9] });
    expect(end.at[0]).toBe(0.5);
    expect(end.at[1]).toBeCloseTo(0.25, 5);
  });

  it('steps back from where the function is infinite', () => {
    const wall = (at: Float64Array, gradient: Float64Array) => {
      const x = at[0] as number;
      gradient[0] = 1 - 1 / x;
      return x > 0 ? x - Math.log(x) : Number.POSITIVE_INFINITY;
    };
    const end = minimize(wall, [4], { lower: [-9], upper: [9] });
    expect(end.at[0]).toBeCloseTo(1, 5);
  });

  it('says when it gave up', () => {
    // Falls for ever, ever slower to learn: a slope that lies.
    const endless = (at: Float64Array, gradient: Float64Array) => {
      gradient[0] = -1;
      return -Math.sqrt(1 + (at[0] as number));
    };
    const end = minimize(endless, [0], { lower: [-1], upper: [1e9] });
    expect(end.evaluations).toBeLessThan(10_000);
  });
});

describe('the curvature', () => {
  it('is that of the function, and its inverse the spread of the estimates', () => {
    const f = ([x, y]: readonly number[]) =>
      2 * (x as number) ** 2 + (x as number) * (y as number) + (y as number) ** 2;
    const matrix = hessian((at) => f(at), [0.3, -1]);
    expect(matrix.flat().map((v) => Math.round(v * 1e4) / 1e4)).toEqual([4, 1, 1, 2]);
    const back = inverse(matrix) as number[][];
    [2 / 7, -1 / 7, -1 / 7, 4 / 7].forEach((v, i) => expect(back.flat()[i]).toBeCloseTo(v, 4));
  });

  it('has no inverse where it is flat', () => {
    expect(
      inverse([
        [1, 1],
        [1, 1],
      ]),
    ).toBeUndefined();
    expect(inverse([[-1]])).toBeUndefined();
  });
});
