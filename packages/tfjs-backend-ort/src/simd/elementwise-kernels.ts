import { ACTIVATIONS, type Activation } from './activation.js';
import { ranges, rowParts } from './ranges.js';
import type { SimdFunction, SimdTeam } from './simd-team.js';

/** Operations in the order of their codes in assembly/elementwise.ts. */
const ARITHMETIC = ['add', 'subtract', 'multiply', 'divide', 'maximum', 'minimum'] as const;
const BINARY = [...ARITHMETIC, 'reluGradient', 'relu6Gradient', 'eluGradient'] as const;

/** Arithmetic of two numbers; maximum and minimum are NaN if either is. */
export type ArithmeticOperation = (typeof ARITHMETIC)[number];
/**
 * Arithmetic; a where b > 0 (reluGradient) or 0 < b <= 6 (relu6Gradient), else 0, whatever a; and a where b >= 0, else
 * a (b + 1) (eluGradient).
 */
export type BinaryOperation = (typeof BINARY)[number];

/** Returns whether it is arithmetic. */
export function isArithmetic(operation: BinaryOperation): operation is ArithmeticOperation {
  return (ARITHMETIC as readonly string[]).includes(operation);
}

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
  /**
   * Computes the gradients of y = activation(x + bias): dx = dy where the activation is not constant (0 < y, and y < 6
   * for relu6), else 0, whatever dy; dbias[c] = the sum of dx[i, c] over i, summed as `columnSums` does. dy, y and dx
   * are [rows, channels].
   *
   * @param addresses `partial`: of `biasGradientFloats` floats of working memory.
   */
  activationGradient(
    activation: Exclude<Activation, 'linear'>,
    addresses: { dy: number; y: number; dx: number; dbias: number; partial: number },
    rows: number,
    channels: number,
  ): void;
  /**
   * Computes the gradients of y[i, c] = x[i, c] row[c]: dx = dy row, drow[c] = the sum of dy[i, c] x[i, c] over i,
   * summed as `columnSums` does. dy, x and dx are [rows, channels].
   *
   * @param addresses `partial`: of `biasGradientFloats` floats of working memory.
   */
  rowProductGradient(
    addresses: { dy: number; x: number; row: number; dx: number; drow: number; partial: number },
    rows: number,
    channels: number,
  ): void;
  /** dbias alone, if there is no activation: `columnSums` of dy on all threads. */
  biasGradient(addresses: { dy: number; dbias: number; partial: number }, rows: number, channels: number): void;
  /** out[c] = the sum of x[i, c] over i, summed over blocks of rows in float32, over the blocks in float64. */
  columnSums(x: number, out: number, rows: number, channels: number): void;
}

/** Numbers that a thread's share is a multiple of: a line of the cache. */
const LINE = 16;

/** Returns the elementwise part of the SIMD kernels. */
export function elementwiseKernels(team: SimdTeam): ElementwiseKernels {
  const { threads } = team;
  const code = (operation: BinaryOperation) => BINARY.indexOf(operation);
  const flat = (size: number, tensors: number) => ranges(threads, size, tensors * size * 4, LINE);
  const rowwise = (rows: number, channels: number) => ranges(threads, rows, 2 * rows * channels * 4);
  const withScalar = (
    ...[operation, a, scalar, out, size, swapped]: [BinaryOperation, number, number, number, number, 0 | 1]
  ) => {
    const calls = flat(size, 2).map(({ first, count }) => {
      return [code(operation), a + 4 * first, scalar, out + 4 * first, count, swapped];
    });
    team.run('binaryScalar', calls);
  };
  /** Sums over the rows part by part, then over the parts. */
  const sumParts = (
    rows: number,
    channels: number,
    sums: number,
    partial: number,
    call: (start: number, sums: number, count: number) => [SimdFunction, number[]],
  ) => {
    const parts = rowParts(rows, channels);
    const calls = parts.map(({ first, count }, part) => {
      const target = parts.length === 1 ? sums : partial + 4 * part * channels;
      return call(4 * first * channels, target, count);
    });
    team.run(
      calls[0]![0],
      calls.map(([, values]) => values),
    );
    if (parts.length > 1) team.run('columnSums', [[partial, sums, parts.length, channels]]);
  };
  return {
    binary: (operation, a, b, out, size) => {
      const calls = flat(size, 3).map(({ first, count }) => {
        return [code(operation), a + 4 * first, b + 4 * first, out + 4 * first, 1, count];
      });
      team.run('binary', calls);
    },
    binaryRow: (operation, a, row, out, rows, channels) => {
      const calls = rowwise(rows, channels).map(({ first, count }) => {
        const start = 4 * first * channels;
        return [code(operation), a + start, row, out + start, count, channels];
      });
      team.run('binary', calls);
    },
    binaryScalar: (operation, a, scalar, out, size) => withScalar(operation, a, scalar, out, size, 0),
    scalarBinary: (operation, scalar, a, out, size) => withScalar(operation, a, scalar, out, size, 1),
    activation: (activation, x, y, size) => {
      const calls = flat(size, 2).map(({ first, count }) => {
        return [ACTIVATIONS.indexOf(activation), x + 4 * first, y + 4 * first, count];
      });
      team.run('activation', calls);
    },
    biasActivation: (activation, x, bias, y, rows, channels) => {
      const calls = rowwise(rows, channels).map(({ first, count }) => {
        const start = 4 * first * channels;
        return [ACTIVATIONS.indexOf(activation), x + start, bias, y + start, count, channels];
      });
      team.run('biasActivation', calls);
    },
    activationGradient: (activation, { dy, y, dx, dbias, partial }, rows, channels) => {
      sumParts(rows, channels, dbias, partial, (start, sums, count) => {
        const code = ACTIVATIONS.indexOf(activation);
        return ['activationGradient', [code, dy + start, y + start, dx + start, sums, count, channels]];
      });
    },
    rowProductGradient: ({ dy, x, row, dx, drow, partial }, rows, channels) => {
      sumParts(rows, channels, drow, partial, (start, sums, count) => {
        return ['rowProductGradient', [dy + start, x + start, row, dx + start, sums, count, channels]];
      });
    },
    biasGradient: ({ dy, dbias, partial }, rows, channels) => {
      sumParts(rows, channels, dbias, partial, (start, sums, count) => {
        return ['columnSums', [dy + start, sums, count, channels]];
      });
    },
    columnSums: (x, out, rows, channels) => team.run('columnSums', [[x, out, rows, channels]]),
  };
}

/** Floats that `activationGradient` and `biasGradient` need as working memory. */
export function biasGradientFloats(rows: number, channels: number): number {
  return rowParts(rows, channels).length * channels;
}
