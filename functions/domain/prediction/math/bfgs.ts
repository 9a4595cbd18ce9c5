/**
 * A minimum of a smooth function in a box: BFGS with a projected step (Nocedal & Wright, Numerical
 * Optimization, chapters 6 and 16). Deterministic; for a handful of variables.
 */

/** Writes the gradient into `gradient`; answers the value, which may be infinite but not NaN. */
export type Objective = (at: Float64Array, gradient: Float64Array) => number;

export type Minimum = { at: Float64Array; value: number; converged: boolean; evaluations: number };

export type MinimizeOptions = {
  lower: ArrayLike<number>;
  upper: ArrayLike<number>;
  /** A fall of the value below this, relative to the value, twice in a row, ends the search. */
  tolerance?: number;
};

/** A fit of four parameters takes 15 to 40; the limit is for surfaces without a minimum. */
const ITERATIONS_MAX = 200;
const HALVINGS_MAX = 30;
/** No step moves a variable (a logarithm of a parameter) by more: the first direction is a guess. */
const STEP_MAX = 1.5;
const ARMIJO = 1e-4;

type State = {
  at: Float64Array;
  gradient: Float64Array;
  value: number;
  /** Approximate inverse of the Hessian, row by row. */
  inverse: Float64Array;
  fresh: boolean;
};

export function minimize(
  objective: Objective,
  start: ArrayLike<number>,
  { lower, upper, tolerance = 1e-11 }: MinimizeOptions,
): Minimum {
  const size = start.length;
  let evaluations = 1;
  const at = Float64Array.from(start, (v, i) => clamp(v, lower, upper, i));
  const gradient = new Float64Array(size);
  const value = objective(at, gradient);
  let state: State = { at, gradient, value, inverse: identity(size), fresh: true };
  let calm = 0;
  for (let iteration = 0; iteration < ITERATIONS_MAX; iteration += 1) {
    const free = freeVariables(state, lower, upper);
    const direction = downhill(state, free);
    if (!direction) return { at: state.at, value: state.value, converged: true, evaluations };
    const found = lineSearch(objective, state, direction, lower, upper);
    evaluations += found.evaluations;
    if (!found.next) {
      // Not even a tiny step down: either the minimum, to rounding, or a worn-out inverse.
      if (state.fresh) return { at: state.at, value: state.value, converged: true, evaluations };
      state = { ...state, inverse: identity(size), fresh: true };
      continue;
    }
    const fall = state.value - found.next.value;
    calm = fall <= tolerance * (Math.abs(state.value) + 1e-300) ? calm + 1 : 0;
    state = updated(state, found.next);
    if (calm >= 2) return { at: state.at, value: state.value, converged: true, evaluations };
  }
  return { at: state.at, value: state.value, converged: false, evaluations };
}

function clamp(v: number, lower: ArrayLike<number>, upper: ArrayLike<number>, i: number): number {
  return Math.min(Math.max(v, lower[i] as number), upper[i] as number);
}

function identity(size: number): Float64Array {
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i += 1) matrix[i * size + i] = 1;
  return matrix;
}

/** A variable at its bound that would be pushed through it stays. */
function freeVariables(
  state: State,
  lower: ArrayLike<number>,
  upper: ArrayLike<number>,
): boolean[] {
  return Array.from(state.at, (v, i) => {
    const slope = state.gradient[i] as number;
    return !((v <= (lower[i] as number) && slope > 0) || (v >= (upper[i] as number) && slope < 0));
  });
}

/** The quasi-Newton step, or along the gradient where that would lead upwards; absent: nowhere to go. */
function downhill(state: State, free: boolean[]): Float64Array | undefined {
  const size = state.at.length;
  const step = new Float64Array(size);
  let slope = 0;
  for (let i = 0; i < size; i += 1) {
    if (!free[i]) continue;
    let sum = 0;
    for (let j = 0; j < size; j += 1)
      if (free[j]) sum -= (state.inverse[i * size + j] as number) * (state.gradient[j] as number);
    step[i] = sum;
    slope += sum * (state.gradient[i] as number);
  }
  if (!(slope < 0)) {
    slope = 0;
    for (let i = 0; i < size; i += 1) {
      step[i] = free[i] ? -(state.gradient[i] as number) : 0;
      slope -= (step[i] as number) ** 2;
    }
  }
  if (!(slope < 0)) return undefined;
  let longest = 0;
  for (const v of step) longest = Math.max(longest, Math.abs(v));
  const limit = state.fresh ? STEP_MAX / 3 : STEP_MAX;
  if (longest > limit)
    for (let i = 0; i < size; i += 1) step[i] = ((step[i] as number) * limit) / longest;
  return step;
}

type Found = { next?: Pick<State, 'at' | 'gradient' | 'value'>; evaluations: number };

/** Halves, or where a parabola says so shortens, the step until the value falls enough. */
function lineSearch(
  objective: Objective,
  state: State,
  direction: Float64Array,
  lower: ArrayLike<number>,
  upper: ArrayLike<number>,
): Found {
  const size = direction.length;
  let length = 1;
  for (let tries = 1; tries <= HALVINGS_MAX; tries += 1) {
    const at = new Float64Array(size);
    let slope = 0;
    for (let i = 0; i < size; i += 1) {
      const wanted = (state.at[i] as number) + length * (direction[i] as number);
      at[i] = clamp(wanted, lower, upper, i);
      slope += ((at[i] as number) - (state.at[i] as number)) * (state.gradient[i] as number);
    }
    const gradient = new Float64Array(size);
    const value = objective(at, gradient);
    if (value < state.value && value <= state.value + ARMIJO * slope)
      return { next: { at, gradient, value }, evaluations: tries };
    const parabola = (-slope * length) / (2 * (value - state.value - slope));
    length = parabola > 0.1 * length && parabola < 0.5 * length ? parabola : length / 2;
  }
  return { evaluations: HALVINGS_MAX };
}

/** The BFGS update; left out where the curvature along the step is not positive. */
function updated(state: State, next: Pick<State, 'at' | 'gradient' | 'value'>): State {
  const size = next.at.length;
  const s = next.at.map((v, i) => v - (state.at[i] as number));
  const y = next.gradient.map((v, i) => v - (state.gradient[i] as number));
  const sy = dot(s, y);
  if (!(sy > 1e-12 * Math.sqrt(dot(s, s) * dot(y, y)))) {
    return { ...next, inverse: state.inverse, fresh: state.fresh };
  }
  const inverse = state.fresh ? scaled(identity(size), sy / dot(y, y)) : state.inverse.slice();
  const hy = new Float64Array(size);
  for (let i = 0; i < size; i += 1)
    for (let j = 0; j < size; j += 1)
      hy[i] = (hy[i] as number) + (inverse[i * size + j] as number) * (y[j] as number);
  const factor = (1 + dot(y, hy) / sy) / sy;
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j < size; j += 1) {
      const [si, sj] = [s[i] as number, s[j] as number];
      const cross = ((hy[i] as number) * sj + si * (hy[j] as number)) / sy;
      inverse[i * size + j] = (inverse[i * size + j] as number) + factor * si * sj - cross;
    }
  }
  return { ...next, inverse, fresh: false };
}

const scaled = (matrix: Float64Array, factor: number): Float64Array =>
  matrix.map((v) => v * factor);

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
