/**
 * The one integral of Pareto/NBD: over y from 0 to `to` of (1 + y/A)^-p (1 + y/B)^-q, for A, B, p > 0. It is a
 * difference of two 2F1, which need hundreds of terms where A and B are far apart, and cancel; by
 * Gauss-Legendre over ln(min(A, B) + y) it takes 8 to 32 nodes: there the integrand is smooth on the scale
 * of 1, whatever A and B are.
 */
import { gaussLegendre, type Rule } from '../math/quadrature.ts';

/** Beyond a fall by e^-30 nothing is left that a double would show. */
const FALL = 30;
const RULES: readonly { span: number; fall: number; rule: Rule }[] = [
  { span: 0.7, fall: 2, rule: gaussLegendre(6) },
  { span: 2, fall: 5, rule: gaussLegendre(10) },
  { span: 5, fall: 12, rule: gaussLegendre(16) },
  { span: 9, fall: 20, rule: gaussLegendre(24) },
];
const LAST = gaussLegendre(40);

/** The length in ln(min + y), cut where the integrand has fallen to nothing, and the nodes it needs. */
export function panelOf(A: number, p: number, B: number, q: number, to: number) {
  const min = A < B ? A : B;
  let span = Math.log1p(to / min);
  // The integrand falls faster and faster, so its first slope bounds the length from above.
  const slope = (p * min) / A + (q * min) / B - 1;
  if (slope > 0) span = Math.min(span, FALL / slope);
  let fall = fallAt(A, p, B, q, min, span);
  while (fall > FALL * 1.5) {
    span *= 0.7;
    fall = fallAt(A, p, B, q, min, span);
  }
  const size = Math.abs(fall);
  for (const { span: widest, fall: most, rule } of RULES)
    if (span <= widest && size <= most) return { min, span, rule };
  return { min, span, rule: LAST };
}

function fallAt(A: number, p: number, B: number, q: number, min: number, span: number): number {
  const y = min * Math.expm1(span);
  return p * Math.log1p(y / A) + q * Math.log1p(y / B) - span;
}

export function paretoIntegral(A: number, p: number, B: number, q: number, to: number): number {
  if (!(to > 0)) return 0;
  const { min, span, rule } = panelOf(A, p, B, q, to);
  const far = Math.abs(A - B) / min;
  const near = A < B ? p - 1 : q - 1;
  const other = A < B ? q : p;
  const lnFar = Math.log1p(far);
  let sum = 0;
  for (let i = 0; i < rule.nodes.length; i += 1) {
    const v = span * (rule.nodes[i] as number);
    const log = other === 0 ? 0 : Math.log(Math.exp(v) + far) - lnFar;
    sum += (rule.weights[i] as number) * Math.exp(-near * v - other * log);
  }
  return sum * span * min;
}
