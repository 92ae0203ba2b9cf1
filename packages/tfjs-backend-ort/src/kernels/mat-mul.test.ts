import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectAgreement, onBothBackends, randomOperand, registerBothBackends } from '../../test/backends.js';

beforeAll(registerBothBackends);

const size = fc.integer({ min: 1, max: 20 });
/** Batches of which tfjs's cpu kernel computes the product rightly: equal ones, or one matrix on one side. */
const batches = fc.constantFrom<[number[], number[]]>(
  [[], []],
  [[3], [3]],
  [
    [2, 3],
    [2, 3],
  ],
  [[5], [1]],
  [[1], [5]],
);

function matrixShapes(m: number, k: number, n: number, transposeA: boolean, transposeB: boolean) {
  return { a: transposeA ? [k, m] : [m, k], b: transposeB ? [n, k] : [k, n] };
}

describe('BatchMatMul', () => {
  it('agrees with the cpu kernel on any sizes, transposes and batches', () => {
    fc.assert(
      fc.property(size, size, size, batches, fc.boolean(), fc.boolean(), (m, k, n, [left, right], tA, tB) => {
        const { a, b } = matrixShapes(m, k, n, tA, tB);
        const operands = [randomOperand([...left, ...a], 1), randomOperand([...right, ...b], 2)];
        const both = onBothBackends(operands, (x, y) => tf.matMul(x, y, tA, tB));
        expectAgreement(both, { absolute: 3e-6 });
        const batch = Math.max(product(left), product(right));
        const native = batch * m * k * n >= 2048;
        expect(both.calls.BatchMatMul).toEqual({ native: native ? 2 : 0, cpu: native ? 0 : 2 });
      }),
      { numRuns: 150 },
    );
  });

  it('broadcasts batches on both sides', () => {
    const a = randomOperand([2, 1, 12, 13], 1);
    const b = randomOperand([3, 13, 14], 2);
    for (const [tA, tB] of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ] as const) {
      const transposed = (x: tf.Tensor, yes: boolean) =>
        yes ? tf.transpose(x, [...axes(x.rank - 2), x.rank - 1, x.rank - 2]) : x;
      const { ort } = onBothBackends([a, b], (x, y) => [
        tf.matMul(transposed(x, tA), transposed(y, tB), tA, tB),
        tf.stack(
          tf
            .unstack(tf.reshape(x, [2, 12, 13]))
            .map((left) => tf.stack(tf.unstack(y).map((right) => tf.matMul(left, right)))),
        ),
      ]);
      expectAgreement({ ort: [ort[0]!], cpu: [ort[1]!] }, { absolute: 3e-6 });
    }
  });

  it('passes on NaN and infinity', () => {
    const a = randomOperand([20, 20], 1);
    a.values.set([Number.NaN], 5);
    a.values.set([Infinity], 25);
    a.values.set([-Infinity], 45);
    expectAgreement(
      onBothBackends([a, randomOperand([20, 20], 2)], (x, y) => tf.matMul(x, y)),
      { absolute: 3e-6 },
    );
  });

  it('leaves empty products to the cpu kernel', () => {
    const { ort, calls } = onBothBackends([], () => tf.matMul(tf.ones([50, 0]), tf.ones([0, 50])));
    expect(ort[0]!.values.every((value) => value === 0)).toBe(true);
    expect(calls.BatchMatMul!.native).toBe(0);
  });

  it('loses few digits over long sums', () => {
    const operands = [randomOperand([2, 20_000], 1), randomOperand([20_000, 2], 2)];
    const { ort } = onBothBackends(operands, (x, y) => tf.matMul(x, y));
    const [a, b] = operands.map(({ values }) => values);
    let sum = 0;
    for (let k = 0; k < 20_000; k++) sum += a![k]! * b![2 * k]!;
    expect(Math.abs(ort[0]!.values[0]! - sum)).toBeLessThan(1e-4);
  });
});

const activations = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const;
const biases: number[][] = [[], [30], [1, 30], [20, 30], [1]];

describe('_FusedMatMul', () => {
  it.each(activations)('%s, with every bias', (activation) => {
    const operands = [randomOperand([20, 40], 1), randomOperand([30, 40], 2), randomOperand([30], 4)];
    for (const shape of biases) {
      const both = onBothBackends([...operands, randomOperand(shape, 3)], (a, b, slopes, bias) => {
        const preluActivationWeights = activation === 'prelu' ? slopes : undefined;
        const options = { transposeB: true, activation, preluActivationWeights, leakyreluAlpha: 0.3 };
        return [
          tf.fused.matMul({ a: a as tf.Tensor2D, b: b as tf.Tensor2D, bias, ...options }),
          tf.fused.matMul({ a: a as tf.Tensor2D, b: b as tf.Tensor2D, ...options }),
        ];
      });
      expectAgreement(both, { absolute: 5e-6 });
      expect(both.calls).toMatchObject({ _FusedMatMul: { native: 4, cpu: 0 } });
    }
  });

  it('leaves small products and unknown activations to the cpu kernel', () => {
    const fused = (activation: 'relu', size: number) => () =>
      tf.fused.matMul({ a: tf.ones([size, size]), b: tf.ones([size, size]), activation });
    expect(onBothBackends([], fused('relu', 12)).calls._FusedMatMul).toEqual({ native: 0, cpu: 2 });
    expect(() => onBothBackends([], fused('nothing' as 'relu', 20))).toThrow('nothing');
  });
});

describe('FusedConv2D', () => {
  it.each(activations)('%s, with every bias', (activation) => {
    const operands = [randomOperand([2, 6, 5, 4], 1), randomOperand([3, 3, 4, 30], 2), randomOperand([30], 4)];
    for (const shape of [[], [30], [1, 1, 30], [1]]) {
      const both = onBothBackends([...operands, randomOperand(shape, 3)], (x, filter, slopes, bias) => {
        const preluActivationWeights = activation === 'prelu' ? slopes : undefined;
        const options = { activation, preluActivationWeights, leakyreluAlpha: 0.3, strides: 1, pad: 'same' } as const;
        return tf.fused.conv2d({ x: x as tf.Tensor4D, filter: filter as tf.Tensor4D, bias, ...options });
      });
      expectAgreement(both, { absolute: 5e-6 });
      expect(both.calls.FusedConv2D).toEqual({ native: 2, cpu: 0 });
    }
  });

  it('leaves channels first to the cpu kernel', () => {
    const both = onBothBackends([randomOperand([1, 4, 6, 5], 1), randomOperand([3, 3, 4, 8], 2)], (x, filter) =>
      tf.fused.conv2d({
        x: x as tf.Tensor4D,
        filter: filter as tf.Tensor4D,
        strides: 1,
        pad: 'valid',
        dataFormat: 'NCHW',
        activation: 'relu',
      }),
    );
    expectAgreement(both, { absolute: 5e-6 });
    expect(both.calls.FusedConv2D).toEqual({ native: 0, cpu: 2 });
  });
});

const axes = (rank: number) => Array.from({ length: rank }, (_, axis) => axis);
const product = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1);
