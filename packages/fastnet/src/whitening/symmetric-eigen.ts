/** Eigenvalues in ascending order, and the eigenvector of each: `vectors[k]` is a unit vector. */
export interface SymmetricEigen {
  values: number[];
  vectors: number[][];
}

/** More than any small matrix takes: each sweep about squares what is left beside the diagonal. */
const MOST_SWEEPS = 50;

/**
 * Diagonalises a real symmetric matrix by cyclic Jacobi rotations (Golub and Van Loan, "Matrix Computations", section 8.5),
 * in float64. Of the two signs, a vector has the one that makes its largest component positive.
 *
 * @param matrix [n][n], of which the upper triangle is read.
 */
export function symmetricEigen(matrix: readonly (readonly number[])[]): SymmetricEigen {
  const n = matrix.length;
  const a = matrix.map((row, i) => row.map((_, j) => matrix[Math.min(i, j)]![Math.max(i, j)]!));
  const v = a.map((row, i) => row.map((_, j) => (i === j ? 1 : 0)));
  const size = Math.hypot(...a.flat());
  for (let sweep = 0; sweep < MOST_SWEEPS && offDiagonal(a) > Number.EPSILON * size; sweep++) {
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) rotate(a, v, p, q);
    }
  }
  const order = a.map((_, k) => k).sort((i, j) => a[i]![i]! - a[j]![j]!);
  return {
    values: order.map((k) => a[k]![k]!),
    vectors: order.map((k) => withSign(v.map((row) => row[k]!))),
  };
}

function offDiagonal(a: readonly (readonly number[])[]): number {
  return Math.hypot(...a.flatMap((row, i) => row.filter((_, j) => j !== i)));
}

/** Makes a[p][q] zero by a rotation in the plane of p and q, which `v` gathers. */
function rotate(a: number[][], v: number[][], p: number, q: number): void {
  const apq = a[p]![q]!;
  if (apq === 0) return;
  const theta = (a[q]![q]! - a[p]![p]!) / (2 * apq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const cosine = 1 / Math.sqrt(t * t + 1);
  const sine = t * cosine;
  for (const rows of [a, v]) {
    for (const row of rows) {
      const [x, y] = [row[p]!, row[q]!];
      row[p] = cosine * x - sine * y;
      row[q] = sine * x + cosine * y;
    }
  }
  for (let k = 0; k < a.length; k++) {
    const [x, y] = [a[p]![k]!, a[q]![k]!];
    a[p]![k] = cosine * x - sine * y;
    a[q]![k] = sine * x + cosine * y;
  }
  a[p]![q] = 0;
  a[q]![p] = 0;
}

function withSign(vector: number[]): number[] {
  const largest = vector.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return largest < 0 ? vector.map((value) => -value) : vector;
}
