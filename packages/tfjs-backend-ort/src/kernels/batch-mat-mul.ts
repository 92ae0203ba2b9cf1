import type { TensorInfo } from '@tensorflow/tfjs-core';
import { backend_util, util } from '@tensorflow/tfjs-core';
import type { KernelContext, Output } from '../backend/kernel-context.js';
import { multiply } from '../graphs/products.js';
import { collapseBroadcast } from './broadcast.js';
import type { NativeKernel } from './kernel.js';

/** Products of matrices smaller than this many multiplications are left to the cpu kernel. */
const FROM_MULTIPLICATIONS = 2048;

/** a [..., m, k] times b [..., k, n]; the leading axes broadcast. */
export const batchMatMul: NativeKernel = {
  kernelName: 'BatchMatMul',
  kernelFunc: ({ inputs: { a, b }, attrs: { transposeA, transposeB }, context }) =>
    matMul(context, a, b, Boolean(transposeA), Boolean(transposeB))?.info,
};

/** Returns the product as a new tensor; undefined when it is empty, small or not of float32. */
export function matMul(
  context: KernelContext,
  a: TensorInfo,
  b: TensorInfo,
  transposeA: boolean,
  transposeB: boolean,
): Output | undefined {
  if (a.dtype !== 'float32' || b.dtype !== 'float32') return undefined;
  const matrixA = a.shape.slice(-2);
  const matrixB = b.shape.slice(-2);
  const batch = backend_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const [rows, inner] = transposeA ? [matrixA[1]!, matrixA[0]!] : [matrixA[0]!, matrixA[1]!];
  const columns = transposeB ? matrixB[0]! : matrixB[1]!;
  const multiplications = util.sizeFromShape(batch) * rows * inner * columns;
  if (!context.isWorthwhile(multiplications, FROM_MULTIPLICATIONS)) return undefined;
  const y = context.output([...batch, rows, columns]);
  const outer = collapseBroadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const dataA = context.floats(a);
  const dataB = context.floats(b);
  const batchOfB = util.sizeFromShape(b.shape.slice(0, -2));
  const [dimsA, dimsB, dimsY] =
    batchOfB === 1 && !transposeA
      ? // One matrix on the right: the batch on the left is one tall matrix.
        [[dataA.length / inner, inner], matrixB, [y.values.length / columns, columns]]
      : outer.out.length === 1 && outer.out[0] === 1
        ? [matrixA, matrixB, [rows, columns]]
        : [
            [...outer.a, ...matrixA],
            [...outer.b, ...matrixB],
            [...outer.out, rows, columns],
          ];
  multiply(
    context.runtime,
    { data: dataA, dims: dimsA },
    { data: dataB, dims: dimsB },
    { data: y.values, dims: dimsY },
    { transposeA, transposeB },
  );
  return y;
}
