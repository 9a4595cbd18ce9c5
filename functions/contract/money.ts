/** Money: whole minor units of an ISO 4217 currency. Decimals exist only at the edges. */
export type Money = { amount: number; currency: string };

/**
 * Minor-unit exponents of ISO 4217 (list one) that are not 2. `Intl` is not asked: it writes HUF with
 * no and AMD with no decimals, where ISO 4217 says 2.
 */
const EXPONENTS: Readonly<Record<string, number>> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  UYI: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
  CLF: 4,
  UYW: 4,
};

/** Decimal places of a currency by ISO 4217: 2 for EUR, HUF and AMD, 0 for JPY, 3 for KWD. */
export const minorUnitExponent = (currency: string): number => EXPONENTS[currency] ?? 2;

/**
 * A decimal amount in minor units, rounded half away from zero: (19.99, 'EUR') -> 1999.
 * Rounds the shortest decimal form, so that 1.005 EUR is 101 as a person would say.
 */
export function toMinorUnits(decimal: number, currency: string): number {
  const shifted = Number(`${Math.abs(decimal)}e${minorUnitExponent(currency)}`);
  const whole = Number.isNaN(shifted)
    ? Math.round(Math.abs(decimal) * 10 ** minorUnitExponent(currency))
    : Math.round(shifted);
  return decimal < 0 && whole !== 0 ? -whole : whole;
}

/** The decimal amount again: (1999, 'EUR') -> 19.99. For display and for Segment's properties. */
export const toDecimal = (minor: number, currency: string): number =>
  Number(`${minor}e-${minorUnitExponent(currency)}`);
