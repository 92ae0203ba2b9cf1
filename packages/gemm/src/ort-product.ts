import type { MatrixProduct } from '@cifarlab/ort-runtime';
import { asDense, copyDense, storeSums, transpose } from './dense.js';
import type { Matrix } from './matrix.js';

type FloatArray = Float32Array | Float64Array;

/** Multiplies matrices without gaps on ONNX Runtime. */
export type Multiply = (product: MatrixProduct) => void;

/** Elements of a matrix that are copied at once, at most; a product that needs more is split. 32 MB in float64. */
const MAX_COPY = 2 ** 22;

/**
 * Computes C = alpha * A * B + beta * C by ONNX Runtime, with all three of one type, in which the sums are taken too.
 *
 * Matrices without gaps, transposed ones included, are used where they lie; others are copied. ONNX Runtime itself adds
 * to C where alpha and beta are 1; other factors are applied to the finished sums.
 */
export function ortProduct(multiply: Multiply, c: Matrix, a: Matrix, b: Matrix, alpha: number, beta: number): void {
  const denseC = asDense(c);
  if (denseC?.transposed) {
    ortProduct(multiply, transpose(c), transpose(b), transpose(a), alpha, beta);
    return;
  }
  const copied = copiedElements(c, a, b, alpha, beta);
  if (Math.max(copied.a, copied.b, copied.c) > MAX_COPY && Math.max(c.rows, c.columns) > 1) {
    const half = copied.b > Math.max(copied.a, copied.c) || c.rows === 1 ? halfOfColumns : halfOfRows;
    for (const [partC, partA, partB] of half(c, a, b)) ortProduct(multiply, partC, partA, partB, alpha, beta);
    return;
  }
  const left = asDense(a) ?? copyDense(a, scratch(a, 'a'));
  const right = asDense(b) ?? copyDense(b, scratch(b, 'b'));
  const factors = {
    ...{ a: left.data, transposeA: left.transposed, b: right.data, transposeB: right.transposed },
    ...{ m: c.rows, k: a.columns, n: c.columns },
  };
  if (denseC && inPlace(alpha, beta)) multiply({ ...factors, c: denseC.data, accumulate: beta === 1 });
  else {
    const sums = scratch(c, 'c');
    multiply({ ...factors, c: sums });
    storeSums(c, sums, alpha, beta);
  }
}

/** Returns how many elements of each matrix `ortProduct` copies. */
export function copiedElements(c: Matrix, a: Matrix, b: Matrix, alpha: number, beta: number) {
  return {
    a: asDense(a) ? 0 : a.rows * a.columns,
    b: asDense(b) ? 0 : b.rows * b.columns,
    c: inPlace(alpha, beta) && asDense(c) ? 0 : c.rows * c.columns,
  };
}

function inPlace(alpha: number, beta: number): boolean {
  return alpha === 1 && (beta === 0 || beta === 1);
}

type Factors = [c: Matrix, a: Matrix, b: Matrix];

function halfOfRows(c: Matrix, a: Matrix, b: Matrix): Factors[] {
  const rows = c.rows >> 1;
  const below = (x: Matrix) => ({ ...x, offset: x.offset + rows * x.rowStride, rows: x.rows - rows });
  return [
    [{ ...c, rows }, { ...a, rows }, b],
    [below(c), below(a), b],
  ];
}

function halfOfColumns(c: Matrix, a: Matrix, b: Matrix): Factors[] {
  return halfOfRows(transpose(c), transpose(b), transpose(a)).map(([ct, bt, at]) => [
    transpose(ct),
    transpose(at),
    transpose(bt),
  ]);
}

const buffers = new Map<string, FloatArray>();

/** Returns memory for a copy of the matrix, kept for the next one of that role and type. */
function scratch({ data, rows, columns }: Matrix, role: 'a' | 'b' | 'c'): FloatArray {
  const [key, make] =
    data instanceof Float64Array
      ? [`float64 ${role}`, (n: number) => new Float64Array(n)]
      : [`float32 ${role}`, (n: number) => new Float32Array(n)];
  const size = rows * columns;
  let buffer = buffers.get(key);
  if (buffer === undefined || buffer.length < size) {
    buffer = make(size);
    buffers.set(key, buffer);
  }
  return buffer.subarray(0, size);
}
