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

const unary: Record<string, { f: (x: tf.Tensor) => tf.Tensor; relative?: number; absolute?: number }> = {
  Abs: { f: tf.abs },
  ClipByValue: { f: (x) => tf.clipByValue(x, -0.5, 2) },
  Elu: { f: tf.elu, relative: 2e-6 },
  Erf: { f: tf.erf, absolute: 1e-6 },
  Exp: { f: tf.exp, relative: 3e-7 },
  LeakyRelu: { f: (x) => tf.leakyRelu(x, 0.3), relative: 2e-7 },
  Log: { f: tf.log, relative: 3e-7, absolute: 1e-7 },
  Neg: { f: tf.neg, relative: 0 },
  Reciprocal: { f: tf.reciprocal, relative: 2e-7 },
  Relu: { f: tf.relu, relative: 0 },
  Relu6: { f: tf.relu6, relative: 0 },
  Rsqrt: { f: tf.rsqrt, relative: 2e-7 },
  Sigmoid: { f: tf.sigmoid, relative: 5e-7 },
  Sqrt: { f: tf.sqrt, relative: 0 },
  Square: { f: tf.square, relative: 0 },
  Step: { f: (x) => tf.step(x), relative: 0 },
  Tanh: { f: tf.tanh, relative: 1e-6 },
};

const binary: Record<string, { f: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor }> = {
  Add: { f: tf.add },
  Maximum: { f: tf.maximum },
  Minimum: { f: tf.minimum },
  Multiply: { f: tf.mul },
  Prelu: { f: tf.prelu },
  RealDiv: { f: tf.div },
  SquaredDifference: { f: tf.squaredDifference },
  Sub: { f: tf.sub },
};

describe.each(Object.entries(unary))('%s', (name, { f, ...tolerance }) => {
  it('agrees with the cpu kernel, special values included', () => {
    for (const shape of [[7], [32, 40], [3, 5, 7, 11], [5000]]) {
      const both = onBothBackends([specialOperand(shape, 1)], f);
      expectAgreement(both, tolerance);
      expectAgreement(onBothBackends([randomOperand(shape, 2)], f), tolerance);
      const large = shape.reduce((a, b) => a * b) > 1000;
      expect(both.calls[name]).toEqual(large ? { native: 2, cpu: 0 } : { native: 0, cpu: 2 });
    }
  });
});

describe.each(Object.entries(binary))('%s', (name, { f }) => {
  it('agrees with the cpu kernel, special values included', () => {
    const operands = [specialOperand([37, 37], 1), specialOperand([37, 37], 2)];
    const both = onBothBackends(operands, f);
    expectAgreement(both, { relative: 3e-7 });
    expect(both.calls[name]?.native).toBe(2);
  });

  it('agrees with the cpu kernel on shapes that broadcast', () => {
    fc.assert(
      fc.property(broadcastShapes, ([a, b]) => {
        // The slopes of Prelu are parameters: they broadcast to x.
        const first = name === 'Prelu' ? tf.broadcast_util.assertAndGetBroadcastShape(a, b) : a;
        expectAgreement(onBothBackends([specialOperand(first, 3), specialOperand(b, 4)], f), { relative: 3e-7 });
      }),
      { numRuns: 60 },
    );
  });
});

/** Two shapes of up to five axes that broadcast, one of them possibly of fewer axes. */
const broadcastShapes = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.constantFrom('both', 'a', 'b')), { maxLength: 5 })
  .chain((axes) => fc.tuple(fc.constant(axes), fc.nat(axes.length), fc.boolean()))
  .map(([axes, dropped, dropsA]): [number[], number[]] => {
    const a = axes.map(([size, present]) => (present === 'b' ? 1 : size));
    const b = axes.map(([size, present]) => (present === 'a' ? 1 : size));
    return dropsA ? [a.slice(dropped), b] : [a, b.slice(dropped)];
  });

describe('binary kernels', () => {
  it('take broadcasts from 64 elements on, and others from 1024', () => {
    const add = (a: number[], b: number[]) =>
      onBothBackends([randomOperand(a, 1), randomOperand(b, 2)], (x, y) => tf.sub(x, y)).calls.Sub;
    expect(add([8, 8], [8])).toEqual({ native: 2, cpu: 0 });
    expect(add([7, 9], [9])).toEqual({ native: 0, cpu: 2 });
    expect(add([32, 32], [32, 32])).toEqual({ native: 2, cpu: 0 });
    expect(add([32, 31], [32, 31])).toEqual({ native: 0, cpu: 2 });
  });

  it.each([
    ['add', tf.add],
    ['sub', tf.sub],
    ['mul', tf.mul],
    ['div', tf.div],
  ] as const)('%s agrees on results of the backend of one shape, and with a number on either side', (_, apply) => {
    for (const size of [1024, 1369, 300_001]) {
      const operands = [specialOperand([size], 1), specialOperand([size], 2)];
      const both = onBothBackends(operands, (a, b) => apply(tf.neg(a!), tf.neg(b!)));
      expectAgreement(both, { relative: 3e-7 });
      for (const number of [3, Number.NaN, Number.POSITIVE_INFINITY]) {
        const operand = [specialOperand([size], 3)];
        expectAgreement(
          onBothBackends(operand, (a) => apply(tf.neg(a!), number)),
          { relative: 3e-7 },
        );
        expectAgreement(
          onBothBackends(operand, (a) => apply(number, tf.neg(a!))),
          { relative: 3e-7 },
        );
      }
    }
  });

  it('leave empty tensors and other types to the cpu kernel', () => {
    const { calls } = onBothBackends([], () => [
      tf.add(tf.zeros([0, 2000]), tf.zeros([2000])),
      tf.add(tf.ones([2000], 'int32'), tf.ones([2000], 'int32')),
      tf.relu(tf.fill([2000], -1, 'int32')),
      tf.relu(tf.zeros([0])),
    ]);
    expect(calls.Add).toEqual({ native: 0, cpu: 4 });
    expect(calls.Relu).toEqual({ native: 0, cpu: 4 });
  });
});

describe('Pow', () => {
  it('is native for one finite exponent, and agrees with the cpu kernel for every exponent', () => {
    for (const exponent of [2, 0.5, -1, 3, 0, -0.5, 2.5, Infinity, Number.NaN]) {
      const both = onBothBackends([specialOperand([2000], 1)], (x) => tf.pow(x, exponent));
      expectAgreement(both, { relative: 1e-6 });
      expect(both.calls.Pow).toEqual(Number.isFinite(exponent) ? { native: 2, cpu: 0 } : { native: 0, cpu: 2 });
    }
    expectAgreement(onBothBackends([specialOperand([1369], 1), specialOperand([1369], 2)], tf.pow));
  });
});

describe('EluGrad', () => {
  it('agrees with the cpu kernel', () => {
    const gradient = (dy: tf.Tensor, y: tf.Tensor): tf.Tensor => tf.engine().runKernel('EluGrad', { dy, y });
    const both = onBothBackends([specialOperand([1369], 1), specialOperand([1369], 2)], gradient);
    expectAgreement(both, { relative: 2e-7 });
    expect(both.calls.EluGrad).toEqual({ native: 2, cpu: 0 });
  });
});

describe('Step', () => {
  it('with a slope is left to the cpu kernel', () => {
    const both = onBothBackends([specialOperand([2000], 1)], (x) => tf.step(x, 0.5));
    expectAgreement(both);
    expect(both.calls.Step).toEqual({ native: 0, cpu: 2 });
  });
});

/** Errors of the largest relative size over [low, high], against float64. */
function worstError(f: (x: tf.Tensor) => tf.Tensor, exact: (x: number) => number, low: number, high: number): number {
  const x = Float32Array.from({ length: 20_000 }, (_, i) => low + ((high - low) * i) / 19_999);
  tf.setBackend('ort');
  const y = tf.tidy(() => f(tf.tensor(x)).dataSync());
  return Math.max(...Array.from(y, (value, i) => Math.abs(value / exact(x[i]!) - 1)));
}

describe('relative errors against float64', () => {
  it.each<[string, (x: tf.Tensor) => tf.Tensor, (x: number) => number, number, number, number]>([
    ['exp', tf.exp, Math.exp, -80, 80, 1e-7],
    ['elu below 0', tf.elu, Math.expm1, -20, -1e-6, 1e-6],
    ['elu close to 0', tf.elu, Math.expm1, -1e-3, -1e-9, 1e-6],
    ['sigmoid', tf.sigmoid, (x) => 1 / (1 + Math.exp(-x)), -80, 80, 3e-7],
    ['tanh', tf.tanh, Math.tanh, -10, -1e-6, 5e-7],
    ['log', tf.log, Math.log, 2, 1e4, 2e-7],
  ])('%s', (_, f, exact, low, high, bound) => {
    expect(worstError(f, exact, low, high)).toBeLessThan(bound);
  });
});

describe('Cast', () => {
  it('makes floats of whole numbers and truth values', () => {
    const both = onBothBackends([], () => [
      tf.cast(tf.tensor([2 ** 31 - 1, -3, 0], [3], 'int32'), 'float32'),
      tf.add(tf.cast(tf.tensor([1, 0, 1], [3], 'bool'), 'float32'), 0.5),
      tf.relu(tf.cast(tf.fill([2000], 3, 'int32'), 'float32')),
    ]);
    expectAgreement(both);
    expect(both.calls).toMatchObject({ Cast: { native: 6, cpu: 0 }, Relu: { native: 2, cpu: 0 } });
  });

  it('from and to other types is left to the cpu kernel', () => {
    const both = onBothBackends([randomOperand([100], 1)], (x) => [tf.cast(x, 'int32'), tf.cast(x, 'bool')]);
    expectAgreement(both);
    expect(both.calls.Cast).toEqual({ native: 0, cpu: 4 });
  });
});
