/** Fixed Gauss-Legendre rules: the same nodes every time, exact for polynomials of degree 2n - 1. */

/** Nodes in (0, 1) and weights that sum to 1. */
export type Rule = { nodes: Float64Array; weights: Float64Array };

/** Newton's method on the Legendre polynomial (Numerical Recipes, gauleg). */
export function gaussLegendre(n: number): Rule {
  const nodes = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let i = 0; i < n; i += 1) {
    let z = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 1;
    for (let step = 0; step < 20; step += 1) {
      let p = 1;
      let before = 0;
      for (let j = 1; j <= n; j += 1)
        [p, before] = [((2 * j - 1) * z * p - (j - 1) * before) / j, p];
      slope = (n * (z * p - before)) / (z * z - 1);
      z -= p / slope;
    }
    nodes[i] = (1 - z) / 2;
    weights[i] = 1 / ((1 - z * z) * slope * slope);
  }
  return { nodes, weights };
}

/** The integral of f from `from` to `to`. */
export function integrate(rule: Rule, from: number, to: number, f: (at: number) => number): number {
  let sum = 0;
  for (let i = 0; i < rule.nodes.length; i += 1)
    sum += (rule.weights[i] as number) * f(from + (to - from) * (rule.nodes[i] as number));
  return sum * (to - from);
}
