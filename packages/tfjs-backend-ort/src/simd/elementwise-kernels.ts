import type { SimdExports } from './simd-exports.js';

/** Operations in the order of their codes in assembly/elementwise.ts. */
const ARITHMETIC = ['add', 'subtract', 'multiply', 'divide', 'maximum', 'minimum'] as const;
const BINARY = [...ARITHMETIC, 'reluGradient', 'relu6Gradient'] as const;
const ACTIVATIONS = ['linear', 'relu', 'relu6'] as const;

/** Arithmetic of two numbers; maximum and minimum are NaN where either is. */
export type ArithmeticOperation = (typeof ARITHMETIC)[number];
/** Arithmetic, and a where b > 0 (reluGradient) or 0 < b <= 6 (relu6Gradient), else 0, whatever a. */
export type BinaryOperation = (typeof BINARY)[number];
/** x; max(x, 0); min(max(x, 0), 6). NaN stays NaN. */
export type Activation = (typeof ACTIVATIONS)[number];

/** Arithmetic in float32. All outputs but those of `columnSums` may be the first input itself. */
export interface ElementwiseKernels {
  /** out[i] = a[i] op b[i] for `size` numbers. */
  binary(operation: BinaryOperation, a: number, b: number, out: number, size: number): void;
  /** out[i, c] = a[i, c] op row[c]: a and out are [rows, channels], row is [channels]. */
  binaryRow(operation: BinaryOperation, a: number, row: number, out: number, rows: number, channels: number): void;
  /** out[i] = a[i] op scalar for `size` numbers. */
  binaryScalar(operation: ArithmeticOperation, a: number, scalar: number, out: number, size: number): void;
  /** out[i] = scalar op a[i] for `size` numbers. */
  scalarBinary(operation: ArithmeticOperation, scalar: number, a: number, out: number, size: number): void;
  /** y[i] = activation(x[i]) for `size` numbers. */
  activation(activation: Exclude<Activation, 'linear'>, x: number, y: number, size: number): void;
  /** y[i, c] = activation(x[i, c] + bias[c]): x and y are [rows, channels], bias is [channels]. */
  biasActivation(activation: Activation, x: number, bias: number, y: number, rows: number, channels: number): void;
  /** out[c] = the sum of x[i, c] over i, summed over blocks of rows in float32, over the blocks in float64. */
  columnSums(x: number, out: number, rows: number, channels: number): void;
}

/** The elementwise part of the SIMD kernels. */
export function elementwiseKernels(simd: SimdExports): ElementwiseKernels {
  const code = (operation: BinaryOperation) => BINARY.indexOf(operation);
  return {
    binary: (operation, a, b, out, size) => simd.binary(code(operation), a, b, out, 1, size),
    binaryRow: (operation, a, row, out, rows, channels) => simd.binary(code(operation), a, row, out, rows, channels),
    binaryScalar: (operation, a, scalar, out, size) => simd.binaryScalar(code(operation), a, scalar, out, size, 0),
    scalarBinary: (operation, scalar, a, out, size) => simd.binaryScalar(code(operation), a, scalar, out, size, 1),
    activation: (activation, x, y, size) => simd.activation(ACTIVATIONS.indexOf(activation), x, y, size),
    biasActivation: (activation, x, bias, y, rows, channels) =>
      simd.biasActivation(ACTIVATIONS.indexOf(activation), x, bias, y, rows, channels),
    columnSums: (x, out, rows, channels) => simd.columnSums(x, out, rows, channels),
  };
}
