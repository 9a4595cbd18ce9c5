/** How sharp a maximum is: second differences, and from them the spread of the estimates. */

/** Square root of the noise of a log-likelihood's last digits, over its usual curvature. */
const STEP = 1e-3;

/** The matrix of second derivatives of f at `at`, by central differences. */
export function hessian(f: (at: readonly number[]) => number, at: readonly number[]): number[][] {
  const size = at.length;
  const moved = (i: number, di: number, j = 0, dj = 0) =>
    f(at.map((v, at) => v + (at === i ? di : 0) + (at === j ? dj : 0)));
  const here = f(at);
  const matrix = at.map(() => zeros(size));
  for (let i = 0; i < size; i += 1) {
    const row = matrix[i] as number[];
    row[i] = (moved(i, STEP) - 2 * here + moved(i, -STEP)) / (STEP * STEP);
    for (let j = 0; j < i; j += 1) {
      const cross =
        moved(i, STEP, j, STEP) -
        moved(i, STEP, j, -STEP) -
        moved(i, -STEP, j, STEP) +
        moved(i, -STEP, j, -STEP);
      row[j] = cross / (4 * STEP * STEP);
      (matrix[j] as number[])[i] = row[j] as number;
    }
  }
  return matrix;
}

/** The inverse of a symmetric positive definite matrix (Cholesky); absent where it is none. */
export function inverse(matrix: readonly (readonly number[])[]): number[][] | undefined {
  const size = matrix.length;
  const lower = cholesky(matrix);
  if (!lower) return undefined;
  const result = matrix.map(() => zeros(size));
  for (let column = 0; column < size; column += 1) {
    const y = zeros(size);
    for (let i = 0; i < size; i += 1) {
      let sum = i === column ? 1 : 0;
      for (let j = 0; j < i; j += 1) sum -= get(lower, i, j) * (y[j] as number);
      y[i] = sum / get(lower, i, i);
    }
    for (let i = size - 1; i >= 0; i -= 1) {
      let sum = y[i] as number;
      for (let j = i + 1; j < size; j += 1) sum -= get(lower, j, i) * get(result, j, column);
      (result[i] as number[])[column] = sum / get(lower, i, i);
    }
  }
  return result;
}

const zeros = (size: number): number[] => Array.from({ length: size }, () => 0);

const get = (matrix: readonly (readonly number[])[], i: number, j: number): number =>
  (matrix[i] as readonly number[])[j] as number;

function cholesky(matrix: readonly (readonly number[])[]): number[][] | undefined {
  const lower = matrix.map((row) => zeros(row.length));
  for (let i = 0; i < matrix.length; i += 1) {
    for (let j = 0; j <= i; j += 1) {
      let sum = get(matrix, i, j);
      for (let m = 0; m < j; m += 1) sum -= get(lower, i, m) * get(lower, j, m);
      if (i === j && !(sum > 1e-9 * Math.abs(get(matrix, i, i)))) return undefined;
      (lower[i] as number[])[j] = i === j ? Math.sqrt(sum) : sum / get(lower, j, j);
    }
  }
  return lower;
}
