import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  expectAgreement,
  onBothBackends,
  randomOperand,
  registerBothBackends,
  specialOperand,
} from '../../test/backends.js';

beforeAll(registerBothBackends);

const reductions = { Sum: tf.sum, Mean: tf.mean };

/** A shape of up to five axes, and some of them. */
const shapeAndAxes = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.boolean()), { minLength: 1, maxLength: 5 })
  .map((axes) => ({
    shape: axes.map(([size]) => size),
    axes: axes.flatMap(([, reduced], axis) => (reduced ? [axis] : [])),
  }));

describe.each(Object.entries(reductions))('%s', (name, reduce) => {
  it('agrees with the cpu kernel over any axes', () => {
    fc.assert(
      fc.property(shapeAndAxes, fc.boolean(), fc.nat(100), ({ shape, axes }, keepDims, seed) => {
        const both = onBothBackends([randomOperand(shape, seed)], (x) => reduce(x, axes, keepDims));
        expectAgreement(both, { relative: 1e-6, absolute: name === 'Sum' ? 1e-5 : 1e-7 });
      }),
      { numRuns: 150 },
    );
  });

  it.each<[number[], number[] | undefined]>([
    [[300, 520], [0]],
    [[300, 520], [1]],
    [[2000, 3], [0]],
    [[3, 5000], [1]],
    [[4, 30, 50], [1]],
    [
      [4, 30, 50],
      [0, 2],
    ],
    [
      [2, 3, 40, 40],
      [0, 2, 3],
    ],
    [
      [5, 2, 5, 2, 5, 2, 5],
      [0, 2, 4, 6],
    ],
    [[100_001], undefined],
  ])('computes %j over %j natively', (shape, axes) => {
    const both = onBothBackends([randomOperand(shape, 1)], (x) => [reduce(x, axes), reduce(x, axes, true)]);
    expectAgreement(both, { relative: 1e-6, absolute: name === 'Sum' ? 3e-5 : 1e-7 });
    expect(both.calls[name]).toEqual({ native: 4, cpu: 0 });
  });

  it('passes on NaN and infinities', () => {
    for (const axes of [[0], [1]]) {
      // Infinities of both signs in one sum make NaN; numbers close to the largest are left out, since order decides there.
      const operand = specialOperand([74, 74], 1);
      operand.values.forEach((value, i) => {
        if (Math.abs(value) > 1e38 && Number.isFinite(value)) operand.values[i] = 1;
        if (!Number.isFinite(value) && ((i % 74) * Math.floor(i / 74)) % 9 > 0) operand.values[i] = 2;
      });
      expectAgreement(
        onBothBackends([operand], (x) => reduce(x, axes)),
        { relative: 1e-6, absolute: 1e-4 },
      );
    }
  });

  it('leaves small and empty tensors, other types and no axes at all to the cpu kernel', () => {
    const both = onBothBackends([randomOperand([40, 40], 1)], (x) => [
      reduce(x, 1),
      reduce(x, []),
      reduce(tf.ones([10, 10]), 0),
      reduce(tf.ones([3000], 'int32')),
      reduce(tf.zeros([0, 3000]), 0),
    ]);
    expectAgreement(both, { absolute: 1e-5 });
    expect(both.calls[name]).toEqual({ native: 0, cpu: 10 });
  });

  it('of a million numbers is as exact as the cpu kernel', () => {
    const values = Float32Array.from({ length: 1_000_003 }, (_, i) => 0.1 + (i % 1000) / 1000);
    const { ort } = onBothBackends([{ shape: [values.length], values }], (x) => reduce(x));
    const exact = values.reduce((total, value) => total + value, 0) / (name === 'Mean' ? values.length : 1);
    expect(Math.abs(ort[0]!.values[0]! / exact - 1)).toBeLessThan(1e-7);
  });
});

describe('Softmax', () => {
  it('agrees with the cpu kernel', () => {
    for (const shape of [[200, 10], [7, 3, 40], [1000]]) {
      const operand = randomOperand(shape, 1);
      operand.values.forEach((value, i) => {
        operand.values[i] = i % 7 === 0 ? 100 * value : 5 * value;
      });
      const both = onBothBackends([operand], (x) => tf.softmax(x));
      expectAgreement(both, { relative: 5e-6, absolute: 1e-12 });
      expect(both.calls.Softmax).toEqual({ native: 2, cpu: 0 });
    }
  });

  it('agrees with the cpu kernel on special values', () => {
    const operand = randomOperand([30, 10], 1);
    operand.values.set([Number.NaN], 5);
    operand.values.set([Infinity], 15);
    operand.values.set([-Infinity], 25);
    operand.values.fill(-Infinity, 30, 40);
    expectAgreement(
      onBothBackends([operand], (x) => tf.softmax(x)),
      { relative: 5e-6 },
    );
  });

  it('leaves other axes to the cpu kernel, which refuses them', () => {
    const overFirst = (logits: tf.Tensor): tf.Tensor => tf.engine().runKernel('Softmax', { logits }, { dim: 0 });

    tf.setBackend('ort');
    expect(() => tf.tidy(() => overFirst(tf.ones([30, 30])))).toThrow('non-last dimension');
  });

  it('leaves small tensors to the cpu kernel', () => {
    expect(onBothBackends([randomOperand([20, 10], 1)], (x) => tf.softmax(x)).calls.Softmax!.native).toBe(0);
  });
});
