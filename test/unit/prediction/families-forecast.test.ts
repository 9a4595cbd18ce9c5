import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAMILIES } from '../../../functions/domain/prediction/families/all.ts';
import {
  type Renewals,
  renewalsLong,
  renewalsShort,
} from '../../../functions/domain/prediction/families/beta-geometric-forecast.ts';
import type {
  CustomerRow,
  FamilyId,
} from '../../../functions/domain/prediction/families/family.ts';
import { paretoIntegral } from '../../../functions/domain/prediction/families/pareto-integral.ts';

const WEEKS = 39;

type Figures = [
  id: FamilyId,
  params: number[],
  row: [x: number, tx: number, T: number],
  wanted: [pAlive: number, pActive: number, expected: number],
];

/**
 * By adaptive quadrature over the posterior (Pareto/NBD), and by summing SciPy's incomplete betas over
 * the phases (the others).
 */
const REFERENCE: Figures[] = [
  ['bg-nbd', [0.243, 4.414, 0.793, 2.426, 1], [0, 0, 30], [1, 0.1681550722, 0.2393816323]],
  [
    'bg-nbd',
    [0.243, 4.414, 0.793, 2.426, 1],
    [2, 30.43, 38.86],
    [0.7265785701, 0.5546271379, 1.226028175],
  ],
  [
    'bg-nbd',
    [0.243, 4.414, 0.793, 2.426, 1],
    [40, 100, 104],
    [0.9200456111, 0.9200416915, 11.80758065],
  ],
  [
    'mbg-nbd',
    [0.525, 6.183, 0.891, 1.614, 1],
    [0, 0, 30],
    [0.4174047964, 0.1330834162, 0.1996308432],
  ],
  [
    'mbg-nbd',
    [0.525, 6.183, 0.891, 1.614, 1],
    [2, 30.43, 38.86],
    [0.7062022651, 0.5599940908, 1.262960623],
  ],
  [
    'mbg-nbd',
    [0.525, 6.183, 0.891, 1.614, 1],
    [40, 100, 104],
    [0.9125591044, 0.9125548682, 11.45817099],
  ],
  ['bg-cnbd-k', [0.6, 2.5, 0.5, 2.2, 3], [0, 0, 30], [1, 0.3568537397, 0.4729076125]],
  [
    'bg-cnbd-k',
    [0.6, 2.5, 0.5, 2.2, 3],
    [2, 30.43, 38.86],
    [0.8280591186, 0.7864709879, 1.789868347],
  ],
  ['bg-cnbd-k', [0.6, 2.5, 0.5, 2.2, 3], [40, 100, 104], [0.9282014411, 0.9282014411, 12.99171068]],
  [
    'mbg-cnbd-k',
    [1.33, 2.8, 0.42, 0.79, 2],
    [0, 0, 30],
    [0.1364392253, 0.08697119839, 0.1401440023],
  ],
  [
    'mbg-cnbd-k',
    [1.33, 2.8, 0.42, 0.79, 2],
    [2, 30.43, 38.86],
    [0.8053628839, 0.758021931, 1.966125529],
  ],
  [
    'mbg-cnbd-k',
    [1.33, 2.8, 0.42, 0.79, 2],
    [40, 100, 104],
    [0.9462980119, 0.9462980118, 13.38917594],
  ],
  [
    'pareto-nbd',
    [0.553, 10.578, 0.606, 11.67],
    [0, 0, 30],
    [0.3572700701, 0.09272592687, 0.1530825571],
  ],
  [
    'pareto-nbd',
    [0.553, 10.578, 0.606, 11.67],
    [2, 30.43, 38.86],
    [0.8691701958, 0.5919403097, 1.45513191],
  ],
  [
    'pareto-nbd',
    [0.553, 10.578, 0.606, 11.67],
    [40, 100, 104],
    [0.9538701091, 0.9399480286, 12.0213152],
  ],
];

describe('what the families say of a customer', () => {
  it.each(REFERENCE)(
    '%s %j of %j is what independent quadrature gives',
    (id, params, at, wanted) => {
      const [x, tx, T] = at;
      const row = { x, tx, T };
      const family = FAMILIES[id];
      const got = [
        family.pAlive(params, row),
        family.pActive(params, row, WEEKS),
        family.expected(params, row, WEEKS),
      ];
      got.forEach((v, i) => expect(v / (wanted[i] as number)).toBeCloseTo(1, 8));
    },
  );
});

const parameter = fc.double({ min: -6, max: 6, noNaN: true }).map(Math.exp);
const anyFamily = fc.constantFrom(...Object.values(FAMILIES));
const anyParams = fc.tuple(
  parameter,
  parameter,
  parameter,
  parameter,
  fc.integer({ min: 1, max: 12 }),
);
/** Days, up to 20 years and thousands of orders; newcomers of today and those who bought on every day too. */
const anyRow: fc.Arbitrary<CustomerRow> = fc
  .record({
    T: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 7300 })),
    share: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
    x: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 5000 })),
  })
  .map(({ T, share, x }) => ({ T, x, tx: x === 0 ? 0 : T * share }));
const anyHorizon = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 7300 }));

/** Rounding, and what the quadrature leaves. */
const SLACK = 1e-7;

describe('whatever the parameters and the history', () => {
  it('never gives a probability outside 0 to 1, nor an endless number of orders', () => {
    fc.assert(
      fc.property(anyFamily, anyParams, anyRow, anyHorizon, (family, params, row, horizon) => {
        const [alive, active] = [family.pAlive(params, row), family.pActive(params, row, horizon)];
        const expected = family.expected(params, row, horizon);
        expect(alive >= 0 && alive <= 1).toBe(true);
        expect(active >= 0 && active <= alive + SLACK).toBe(true);
        expect(Number.isFinite(expected) && expected >= active * (1 - SLACK) - SLACK).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  it('expects never less of a longer horizon', () => {
    fc.assert(
      fc.property(anyFamily, anyParams, anyRow, anyHorizon, (family, params, row, horizon) => {
        const longer = horizon + 30;
        const [p, later] = [horizon, longer].map((h) => family.pActive(params, row, h));
        expect(later as number).toBeGreaterThanOrEqual((p as number) - SLACK);
        const [orders, more] = [horizon, longer].map((h) => family.expected(params, row, h));
        expect(more as number).toBeGreaterThanOrEqual((orders as number) * (1 - 1e-5) - SLACK);
      }),
      { numRuns: 300 },
    );
  });

  it('says nothing of a horizon of no days', () => {
    fc.assert(
      fc.property(anyFamily, anyParams, anyRow, (family, params, row) => {
        expect(family.pActive(params, row, 0)).toBe(0);
        expect(family.expected(params, row, 0)).toBe(0);
      }),
    );
  });

  it('loses hope with every silent day, where buying has no rhythm', () => {
    const irregular = fc.constantFrom(
      FAMILIES['bg-nbd'],
      FAMILIES['mbg-nbd'],
      FAMILIES['pareto-nbd'],
    );
    fc.assert(
      fc.property(irregular, anyParams, anyRow, anyHorizon, (family, five, row, horizon) => {
        const params = [...five.slice(0, 4), 1];
        const later = { ...row, T: row.T + 7 };
        const hope = family.pActive(params, row, horizon);
        expect(family.pActive(params, later, horizon)).toBeLessThanOrEqual(hope + SLACK);
        expect(family.pAlive(params, later)).toBeLessThanOrEqual(
          family.pAlive(params, row) + SLACK,
        );
      }),
      { numRuns: 300 },
    );
  });
});

describe('the expected orders of (M)BG/CNBD-k', () => {
  it('are the same by the plain sum and by panels', () => {
    const renewals: fc.Arbitrary<Renewals> = fc.record({
      R: fc.double({ min: 0.5, max: 80, noNaN: true }),
      growth: fc.double({ min: 0.01, max: 6, noNaN: true }),
      silence: fc.double({ min: 0, max: 0.9, noNaN: true }),
      k: fc.integer({ min: 1, max: 6 }),
      a: fc.double({ min: 0.05, max: 3, noNaN: true }),
      left: fc.double({ min: 0.5, max: 80, noNaN: true }),
    });
    fc.assert(
      fc.property(renewals, (of) => {
        const plain = renewalsShort(of) as number;
        expect(Math.abs(renewalsLong(of) - plain)).toBeLessThan(1e-4 * plain + 1e-9);
      }),
      { numRuns: 50 },
    );
  });

  it('are those of the closed form of BG/NBD', () => {
    const [r, alpha, a, b] = [0.8, 30, 0.7, 2.5];
    for (const [x, tx, T, h] of [
      [0, 0, 100, 90],
      [3, 50, 100, 365],
      [9, 300, 320, 30],
    ] as const) {
      const z = h / (alpha + T + h);
      const series = gauss(r + x, b + x, a + b + x - 1, z);
      const orders = ((a + b + x - 1) / (a - 1)) * (1 - (1 - z) ** (r + x) * series);
      const params = [r, alpha, a, b, 1];
      const alive = FAMILIES['bg-nbd'].pAlive(params, { x, tx, T });
      const got = FAMILIES['bg-nbd'].expected(params, { x, tx, T }, h);
      expect(got / (alive * orders)).toBeCloseTo(1, 9);
    }
  });
});

describe('the integral of Pareto/NBD', () => {
  it('is that of a plain power where it has a closed form', () => {
    fc.assert(
      fc.property(parameter, parameter, anyHorizon, (A, p, to) => {
        const closed =
          p === 1
            ? A * Math.log1p(to / A)
            : (A * -Math.expm1((1 - p) * Math.log1p(to / A))) / (p - 1);
        const got = paretoIntegral(A, p, A, 0, to);
        expect(Math.abs(got - closed)).toBeLessThanOrEqual(1e-7 * closed + 1e-12);
      }),
      { numRuns: 300 },
    );
  });

  it('does not depend on which of the two powers comes first', () => {
    fc.assert(
      fc.property(parameter, parameter, parameter, parameter, (A, p, B, q) => {
        const [one, other] = [paretoIntegral(A, p, B, q, 500), paretoIntegral(B, q, A, p, 500)];
        expect(Math.abs(one - other)).toBeLessThanOrEqual(1e-9 * one);
      }),
    );
  });
});

/** Gauss's 2F1 by its plain series, for small z and positive c. */
function gauss(a: number, b: number, c: number, z: number): number {
  let [term, sum] = [1, 1];
  for (let n = 0; n < 4000; n += 1) {
    term *= (((a + n) * (b + n)) / ((c + n) * (n + 1))) * z;
    sum += term;
  }
  return sum;
}
