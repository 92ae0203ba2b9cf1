import type { KernelContext } from '../../backend/kernel-context.js';
import { biasGradientFloats } from '../../simd/elementwise-kernels.js';
import type { AxisGroup } from './axis-groups.js';

/** Rows up to this length are summed by ONNX Runtime, which adds in float32: longer ones would lose digits. */
const SHORT_ROW = 1024;
/** Longer rows are folded into this many columns. */
const COLUMNS = 256;

/**
 * Sums over the reduced groups of axes, the last one first. Both arrays lie in the arena. Long sums are accumulated in
 * float64, block by block.
 */
export function sum(context: KernelContext, x: Float32Array, y: Float32Array, groups: readonly AxisGroup[]): void {
  let values = x;
  let rest = groups;
  for (let last = lastReduced(rest); last >= 0; last = lastReduced(rest)) {
    const [outer, length, inner] = [sizeOf(rest.slice(0, last)), rest[last]!.size, sizeOf(rest.slice(last + 1))];
    rest = rest.filter((_, group) => group !== last);
    const sums = lastReduced(rest) < 0 ? y : context.scratch(outer * inner);
    if (inner > 1) sumColumns(context, values, sums, outer, length, inner);
    else if (length <= SHORT_ROW) sumShortRows(context, values, sums, outer, length);
    else sumLongRows(context, values, sums, outer, length);
    values = sums;
  }
}

const lastReduced = (groups: readonly AxisGroup[]) => groups.map(({ reduced }) => reduced).lastIndexOf(true);
const sizeOf = (groups: readonly AxisGroup[]) => groups.reduce((product, { size }) => product * size, 1);

/** [matrices, rows, columns] to [matrices, columns]. */
function sumColumns(
  context: KernelContext,
  x: Float32Array,
  y: Float32Array,
  matrices: number,
  rows: number,
  columns: number,
): void {
  const partial = context.scratch(biasGradientFloats(rows, columns));
  for (let m = 0; m < matrices; m++) {
    const addresses = {
      dy: x.byteOffset + 4 * m * rows * columns,
      dbias: y.byteOffset + 4 * m * columns,
      partial: partial.byteOffset,
    };
    context.simd.elementwise.biasGradient(addresses, rows, columns);
  }
  context.release(partial);
}

/** [rows, length] to [rows]. */
function sumShortRows(
  { runtime }: KernelContext,
  x: Float32Array,
  y: Float32Array,
  rows: number,
  length: number,
): void {
  const session = runtime.session('ort-backend sum of rows', (graph) => {
    const input = graph.input('x', 'float32', ['rows', 'length']);
    const axes = graph.constant('int64', [1], BigInt64Array.of(1n));
    const outputs = [graph.output('y', 'float32', ['rows'])];
    graph.node('ReduceSum', [input, axes], { keepdims: 0 }, { outputs });
  });
  session.run([{ data: x, dims: [rows, length] }], [{ data: y, dims: [rows] }]);
}

/** [rows, length] to [rows]. */
function sumLongRows(context: KernelContext, x: Float32Array, y: Float32Array, rows: number, length: number): void {
  const partial = context.scratch(COLUMNS);
  const folds = Math.floor(length / COLUMNS);
  for (let row = 0; row < rows; row++) {
    const start = row * length;
    context.simd.elementwise.columnSums(x.byteOffset + 4 * start, partial.byteOffset, folds, COLUMNS);
    let total = 0;
    for (let column = 0; column < COLUMNS; column++) total += partial[column]!;
    for (let i = start + folds * COLUMNS; i < start + length; i++) total += x[i]!;
    y[row] = total;
  }
}
