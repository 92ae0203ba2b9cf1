import * as tf from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import {
  type CallCount,
  nativeCallCounts,
  type OrtBackend,
  registerOrtBackend,
  resetNativeCallCounts,
} from '../src/index.js';

/** Values of a tensor of float32, as a test makes them. */
export interface Operand {
  readonly shape: number[];
  readonly values: Float32Array;
}

/** Result of a computation on one backend. */
export interface Result {
  readonly shape: number[];
  readonly dtype: string;
  readonly values: readonly number[];
}

type Computation = (...tensors: tf.Tensor[]) => tf.Tensor | tf.Tensor[];

/** Registers `ort` along with tfjs's `cpu`; for `beforeAll`. */
export async function registerBothBackends(): Promise<void> {
  registerOrtBackend({ memoryLimit: 256 * 2 ** 20 });
  await tf.setBackend('ort');
}

/**
 * Returns the results of a computation on both backends, and how its kernels were called on `ort`. Fails when the
 * computation leaves tensors or memory of the arena behind, or when later ones overwrite its results.
 */
export function onBothBackends(
  operands: readonly Operand[],
  compute: Computation,
): { ort: Result[]; cpu: Result[]; calls: Record<string, CallCount> } {
  const cpu = run('cpu', operands, compute);
  resetNativeCallCounts();
  const ort = run('ort', operands, compute);
  return { ort, cpu, calls: nativeCallCounts() };
}

function run(backendName: string, operands: readonly Operand[], compute: Computation): Result[] {
  tf.setBackend(backendName);
  const arena = backendName === 'ort' ? (tf.backend() as OrtBackend).tensors.arena : undefined;
  const usage = () => [tf.memory().numTensors, tf.backend().numDataIds(), arena?.statistics().bytesInUse];
  const before = usage();
  const results = tf.tidy(() => {
    const tensors = operands.map(({ shape, values }) => tf.tensor(values, shape, 'float32'));
    const outputs = [compute(...tensors)].flat();
    const read = () => outputs.map((y) => ({ shape: y.shape, dtype: y.dtype, values: [...y.dataSync()] }));
    const first = read();
    compute(
      ...operands.map(({ shape, values }) =>
        tf.tensor(
          values.map((value) => value + 1),
          shape,
          'float32',
        ),
      ),
    );
    expect(read()).toEqual(first);
    expect(tensors.map((tensor) => [...tensor.dataSync()])).toEqual(operands.map(({ values }) => [...values]));
    return first as never;
  }) as Result[];
  expect(usage()).toEqual(before);
  return results;
}

/**
 * Expects the same shapes and types, the same NaN and infinities, and values that differ by at most `relative` times the
 * value plus `absolute`.
 */
export function expectAgreement(
  { ort, cpu }: { ort: readonly Result[]; cpu: readonly Result[] },
  { relative = 1e-6, absolute = 1e-37 } = {},
): void {
  expect(ort.map(({ shape, dtype }) => [shape, dtype])).toEqual(cpu.map(({ shape, dtype }) => [shape, dtype]));
  ort.forEach(({ values }, output) => {
    values.forEach((value, i) => {
      const expected = cpu[output]!.values[i]!;
      const close = Math.abs(value - expected) <= relative * Math.abs(expected) + absolute;
      if (!close && !Object.is(value, expected)) {
        expect.fail(`output ${output}, element ${i}: ort ${value}, cpu ${expected}`);
      }
    });
  });
}

/** Numbers from -1 to 1. */
export function randomOperand(shape: number[], seed: number): Operand {
  let state = (seed ^ 0x9e3779b9) >>> 0;
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  for (let i = 0; i < values.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[i] = state / 2 ** 31 - 1;
  }
  return { shape, values };
}

/** Returns random numbers with every special value at two places at least. */
export function specialOperand(shape: number[], seed: number): Operand {
  const operand = randomOperand(shape, seed);
  const specials = [Number.NaN, Infinity, -Infinity, 0, -0, 1, -1, 3e38, -3e38, 100, -100, 20, -20, 1e-4, -1e-4, 1e-30];
  // Over 37 * 37 elements, each special value meets each of an operand whose seed is odd where this one's is even.
  for (let i = 0; i < operand.values.length; i++) {
    const special = (i + (seed % 2) * Math.floor(i / 37)) % 37;
    if (special < specials.length) operand.values[i] = specials[special]!;
  }
  return operand;
}
