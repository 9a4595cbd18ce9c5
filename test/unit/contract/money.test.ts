import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { minorUnitExponent, toDecimal, toMinorUnits } from '../../../functions/contract/money.ts';

describe('money in minor units', () => {
  it.each([
    [19.99, 'EUR', 1999],
    [0.1 + 0.2, 'EUR', 30],
    [1.005, 'EUR', 101],
    [-4.5, 'EUR', -450],
    [-0.001, 'EUR', 0],
    [1500, 'JPY', 1500],
    [12.5, 'KWD', 12500],
    [990, 'HUF', 99000],
    [100, 'AMD', 10000],
    [1e21, 'JPY', 1e21],
  ])('%d %s is %d', (decimal, currency, minor) => {
    expect(toMinorUnits(decimal, currency)).toBe(minor);
  });

  it('follows ISO 4217 where Intl does not: forint and dram have two decimals', () => {
    expect(minorUnitExponent('HUF')).toBe(2);
    expect(minorUnitExponent('AMD')).toBe(2);
    expect(minorUnitExponent('KWD')).toBe(3);
  });

  it('never changes an amount on the way to a decimal and back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e12, max: 1e12 }),
        fc.constantFrom('EUR', 'JPY', 'KWD', 'CLF', 'HUF'),
        (minor, currency) => toMinorUnits(toDecimal(minor, currency), currency) === minor,
      ),
    );
  });
});
