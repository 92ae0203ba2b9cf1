import type { NdArray } from 'ndarray';
import { blockedProduct } from './blocked-product.js';
import { type Cells, copyCells, toCells, writeCells } from './cells.js';
import { nativePays } from './crossover.js';
import { chosenEngine } from './engine.js';
import { describe, formatShape, type Matrix, toMatrix } from './matrix.js';
import { ortProduct } from './ort-product.js';
import { overlapsItself, shareMemory } from './shared-memory.js';

/**
 * A matrix of numbers: an ndarray of two dimensions over typed arrays, plain arrays or a store with `get` and `set`, or
 * an array of rows of the same length.
 */
export type GemmMatrix = NdArray | ArrayLike<number>[];

/**
 * Computes the general matrix product C = alpha * A * B + beta * C, as BLAS's `dgemm` and `sgemm`; same arguments as
 * `ndarray-gemm`.
 *
 * Matrices of float32 and float64, also mixed, are used where they lie, with any strides: transposed
 * (`a.transpose(1, 0)`), reversed, sliced and broadcast (stride 0) views. All others (integers, plain arrays, stores,
 * arrays of rows) are copied to float64 and back; an integer C cuts off fractions as its typed array does.
 *
 * Large products of one type run on ONNX Runtime where `@cifarlab/ort-runtime` is installed (`setGemmEngine` tells and
 * decides); their sums are in that type, in an order of ONNX Runtime's choice, the same at every run. All others are
 * summed in float64 regardless of the types, in ascending order, and rounded once to C's.
 *
 * @param c result, [m, n]. When beta is 0 it is only written, so whatever it holds, NaN included, does not spread.
 * @param a left factor, [m, k]; not read when alpha is 0.
 * @param b right factor, [k, n]; not read when alpha is 0.
 * @param alpha factor of the product, default 1.
 * @param beta factor of what C holds, default 0.
 * @throws TypeError when a matrix is not 2-d, or does not hold numbers, and when alpha or beta is not a number;
 *   RangeError when the shapes do not fit, when a view reaches beyond its memory, when C is frozen, when elements of C
 *   share memory with each other or, where both are float, with A or B. C is then untouched. At the first product also
 *   what `setGemmEngine` throws, for what `CIFARLAB_GEMM_ENGINE` asks for.
 */
export function gemm(c: GemmMatrix, a: GemmMatrix, b: GemmMatrix, alpha = 1, beta = 0): void {
  assertNumber(alpha, 'alpha');
  assertNumber(beta, 'beta');
  const target = toMatrix(c, 'C') ?? toCells(c, 'C');
  const left = toMatrix(a, 'A') ?? toCells(a, 'A');
  const right = toMatrix(b, 'B') ?? toCells(b, 'B');
  if (left.columns !== right.rows || target.rows !== left.rows || target.columns !== right.columns) {
    throw new RangeError(
      `Shapes do not fit: C ${shapeOf(target)} = A ${shapeOf(left)} * B ${shapeOf(right)}; give [m,n] = [m,k] * [k,n].`,
    );
  }
  const needed = alpha !== 0 && left.columns > 0;
  if (isCells(target)) {
    if (target.refusal !== undefined) throw new RangeError(`C ${target.refusal}`);
    const copy = beta === 0 ? copyCells({ ...target, get: () => 0 }, 'C') : copyCells(target, 'C');
    product(copy, left, right, needed ? alpha : 0, beta);
    writeCells(target, copy);
    return;
  }
  assertWritable(target, c as NdArray, left, right);
  product(target, left, right, needed ? alpha : 0, beta);
}

/** Computes the product into float memory; A and B are read only where alpha is not 0. */
function product(target: Matrix, left: Matrix | Cells, right: Matrix | Cells, alpha: number, beta: number): void {
  if (alpha === 0) {
    scale(target, beta);
    return;
  }
  const a = isCells(left) ? copyCells(left, 'A') : left;
  const b = isCells(right) ? copyCells(right, 'B') : right;
  multiply(target, a, b, alpha, beta);
}

function isCells(matrix: Matrix | Cells): matrix is Cells {
  return 'get' in matrix;
}

function assertNumber(value: unknown, name: string): void {
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number; got ${describe(value)}.`);
}

function shapeOf({ rows, columns }: Matrix | Cells): string {
  return formatShape([rows, columns]);
}

function assertWritable(target: Matrix, c: NdArray, left: Matrix | Cells, right: Matrix | Cells): void {
  if (overlapsItself(target)) {
    throw new RangeError(
      `C of shape ${formatShape(c.shape)} with strides ${formatShape(c.stride)} has elements that share memory; ` +
        'give it memory for every element.',
    );
  }
  if (!isCells(left)) assertSeparate(target, left, 'A');
  if (!isCells(right)) assertSeparate(target, right, 'B');
}

function multiply(c: Matrix, a: Matrix, b: Matrix, alpha: number, beta: number): void {
  const { ort, kernel } = chosenEngine();
  if (ort && nativePays(c, a, b, alpha, beta)) ortProduct(ort.multiply, c, a, b, alpha, beta);
  else blockedProduct(c, a, b, alpha, beta, kernel);
}

function assertSeparate(target: Matrix, factor: Matrix, name: string): void {
  if (shareMemory(target, factor)) {
    throw new RangeError(
      `C shares memory with ${name}, which it would overwrite while reading; give C memory of its own.`,
    );
  }
}

/** Computes C = beta * C. */
function scale({ data, rows, columns, rowStride, columnStride, offset }: Matrix, beta: number): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const index = offset + i * rowStride + j * columnStride;
      data[index] = beta === 0 ? 0 : beta * data[index];
    }
  }
}
