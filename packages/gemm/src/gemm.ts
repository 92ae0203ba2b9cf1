import type { NdArray } from 'ndarray';
import { blockedProduct } from './blocked-product.js';
import { nativePays } from './crossover.js';
import { chosenEngine } from './engine.js';
import { formatShape, type Matrix, toMatrix } from './matrix.js';
import { ortProduct } from './ort-product.js';
import { overlapsItself, shareMemory } from './shared-memory.js';

/**
 * The general matrix product C = alpha * A * B + beta * C, as BLAS's `dgemm` and `sgemm`; same arguments as
 * `ndarray-gemm`.
 *
 * Every matrix is float32 or float64, also mixed, with strides of its own: transposed (`a.transpose(1, 0)`), reversed,
 * sliced and broadcast (stride 0) views.
 *
 * Large products of one type run on ONNX Runtime where `@cifarlab/ort-runtime` is installed (`setGemmEngine` tells and
 * decides); their sums are in that type, in an order of ONNX Runtime's choice, the same at every run. All others are
 * summed in float64 whatever the types, in ascending order, and rounded once to C's.
 *
 * @param c result, [m, n]. When beta is 0 it is only written, so whatever it holds, NaN included, does not spread.
 * @param a left factor, [m, k]; not read when alpha is 0.
 * @param b right factor, [k, n]; not read when alpha is 0.
 * @param alpha factor of the product, default 1.
 * @param beta factor of what C holds, default 0.
 * @throws TypeError when a matrix is not 2-d, or not float32 or float64; RangeError when the shapes do not fit, when a
 *   view reaches beyond its memory, when elements of C share memory with each other or with A or B. C is then untouched.
 *   At the first product also what `setGemmEngine` throws, for what `CIFARLAB_GEMM_ENGINE` asks for.
 */
export function gemm(c: NdArray, a: NdArray, b: NdArray, alpha = 1, beta = 0): void {
  const target = toMatrix(c, 'C');
  const left = toMatrix(a, 'A');
  const right = toMatrix(b, 'B');
  if (left.columns !== right.rows || target.rows !== left.rows || target.columns !== right.columns) {
    throw new RangeError(
      `Shapes do not fit: C ${formatShape(c.shape)} = A ${formatShape(a.shape)} * B ${formatShape(b.shape)}; ` +
        'give [m,n] = [m,k] * [k,n].',
    );
  }
  if (overlapsItself(target)) {
    throw new RangeError(
      `C of shape ${formatShape(c.shape)} with strides ${formatShape(c.stride)} has elements that share memory; ` +
        'give it memory for every element.',
    );
  }
  assertSeparate(target, left, 'A');
  assertSeparate(target, right, 'B');
  if (alpha === 0 || left.columns === 0) scale(target, beta);
  else multiply(target, left, right, alpha, beta);
}

function multiply(c: Matrix, a: Matrix, b: Matrix, alpha: number, beta: number): void {
  const { ort, kernel } = chosenEngine();
  if (ort && nativePays(c, a, b, alpha, beta)) ortProduct(ort(), c, a, b, alpha, beta);
  else blockedProduct(c, a, b, alpha, beta, kernel);
}

function assertSeparate(target: Matrix, factor: Matrix, name: string): void {
  if (shareMemory(target, factor)) {
    throw new RangeError(
      `C shares memory with ${name}, which it would overwrite while reading; give C memory of its own.`,
    );
  }
}

/** C = beta * C. */
function scale({ data, rows, columns, rowStride, columnStride, offset }: Matrix, beta: number): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const index = offset + i * rowStride + j * columnStride;
      data[index] = beta === 0 ? 0 : beta * data[index];
    }
  }
}
