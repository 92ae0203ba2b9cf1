import { backend_util, type TensorInfo, util } from '@tensorflow/tfjs-core';
import type { KernelContext } from '../backend/kernel-context.js';
import { computeElementwise, type Formula } from '../graphs/elementwise.js';
import * as formulas from '../graphs/formulas.js';
import { type BinaryOperation, isArithmetic } from '../simd/elementwise-kernels.js';
import { collapseBroadcast } from './broadcast.js';
import type { KernelArguments, NativeKernel } from './kernel.js';

interface BinaryMap {
  readonly formula: Formula;
  /**
   * The same as a SIMD kernel, which is faster on tensors of one shape, where the second is a row for all rows of the
   * first, and with a number: one pass on all threads, bound by the memory.
   */
  readonly simd?: BinaryOperation;
  /** tfjs's names of the operands, default a and b. */
  readonly operands?: readonly [string, string];
  /** Whether the formula holds for these arguments; it does by default. */
  readonly holds?: (args: KernelArguments) => boolean;
}

/** The smallest sizes for which ONNX Runtime is faster than tfjs's cpu kernels, which broadcast slowly. */
const FROM_SIZE = 1024;
const FROM_SIZE_BROADCAST = 64;

const operator =
  (name: string): Formula =>
  (node, a, b) =>
    node(name, a, b);

const maps: Readonly<Record<string, BinaryMap>> = {
  Add: { formula: operator('Add'), simd: 'add' },
  // dy where y >= 0, and dy (y + 1) elsewhere.
  EluGrad: {
    formula: (node, dy, y) => node('Mul', dy, node('Add', node('Min', y, 0), 1)),
    operands: ['dy', 'y'],
    simd: 'eluGradient',
  },
  Maximum: { formula: operator('Max') },
  Minimum: { formula: operator('Min') },
  Multiply: { formula: operator('Mul'), simd: 'multiply' },
  // To ONNX, 1 to any power is 1; to JavaScript, 1 and -1 to one that is not finite are NaN.
  Pow: {
    formula: operator('Pow'),
    holds: ({ inputs: { b }, context }) => util.sizeFromShape(b.shape) === 1 && Number.isFinite(context.floats(b)[0]),
  },
  Prelu: { formula: formulas.leakyRelu, operands: ['x', 'alpha'] },
  RealDiv: { formula: operator('Div'), simd: 'divide' },
  SquaredDifference: {
    formula: (node, a, b) => {
      const difference = node('Sub', a, b);
      return node('Mul', difference, difference);
    },
  },
  Sub: { formula: operator('Sub'), simd: 'subtract' },
};

/** Functions of two tensors that broadcast, element by element. */
export const binaryKernels: readonly NativeKernel[] = Object.entries(maps).map(([kernelName, map]) => ({
  kernelName,
  kernelFunc: (args) => {
    const { inputs, context } = args;
    const [a, b] = (map.operands ?? ['a', 'b']).map((name) => inputs[name]!) as [TensorInfo, TensorInfo];
    if (a.dtype !== 'float32' || b.dtype !== 'float32' || (map.holds && !map.holds(args))) return undefined;
    const shape = backend_util.assertAndGetBroadcastShape(a.shape, b.shape);
    const size = util.sizeFromShape(shape);
    if (!context.isWorthwhile(size, FROM_SIZE_BROADCAST)) return undefined;
    const { a: aDims, b: bDims, out: dims } = collapseBroadcast(a.shape, b.shape);
    if (dims.length === 1 && !context.isWorthwhile(size, FROM_SIZE)) return undefined;
    const y = context.output(shape);
    const [aValues, bValues] = [context.floats(a), context.floats(b)];
    if (
      map.simd &&
      computeInArena(
        context,
        map.simd,
        { values: aValues, dims: aDims },
        { values: bValues, dims: bDims },
        { values: y.values, dims },
      )
    ) {
      return y.info;
    }
    const operands = [
      { data: aValues, dims: aDims },
      { data: bValues, dims: bDims },
    ];
    computeElementwise(context.runtime, kernelName, map.formula, operands, { data: y.values, dims });
    return y.info;
  },
}));

/** Values of a tensor, and its shape with the axes put together that do not broadcast. */
interface Operand {
  readonly values: Float32Array;
  readonly dims: readonly number[];
}

/** Computes y = a op b if the SIMD kernels can; returns whether. */
function computeInArena(
  context: KernelContext,
  operation: BinaryOperation,
  a: Operand,
  b: Operand,
  y: Operand,
): boolean {
  const { binary, binaryRow, binaryScalar, scalarBinary } = context.simd.elementwise;
  const [from, second, to] = [a, b, y].map(({ values }) => values.byteOffset) as [number, number, number];
  const size = y.values.length;
  const lieInArena = (...operands: Operand[]) => operands.every(({ values }) => context.isInArena(values));
  if (!lieInArena(y)) return false;
  const [rows, channels] = y.dims as [number, number];
  const isRow =
    y.dims.length === 2 && a.values.length === size && b.values.length === channels && b.dims.at(-1) === channels;
  if (y.dims.length === 1 && a.dims[0] === b.dims[0] && lieInArena(a, b)) binary(operation, from, second, to, size);
  else if (isRow && lieInArena(a, b)) binaryRow(operation, from, second, to, rows, channels);
  else if (isArithmetic(operation) && b.values.length === 1 && lieInArena(a))
    binaryScalar(operation, from, b.values[0]!, to, size);
  else if (isArithmetic(operation) && a.values.length === 1 && lieInArena(b))
    scalarBinary(operation, a.values[0]!, second, to, size);
  else return false;
  return true;
}
