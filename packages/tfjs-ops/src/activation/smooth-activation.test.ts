import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failOnLeaks, maxNormError, randomValues, withCpuKernel } from '../../test/support/tensors.js';
import { SMOOTH_ACTIVATIONS, type SmoothActivation, smoothActivation } from '../index.js';

failOnLeaks();

/** Computes ∫ of the normal density from 0 to x by Simpson's rule, in float64. */
function normalDistribution(x: number): number {
  const steps = 2000;
  const density = (t: number) => Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
  const h = x / steps;
  let sum = density(0) + density(x);
  for (let i = 1; i < steps; i++) sum += (i % 2 === 1 ? 4 : 2) * density(i * h);
  return 0.5 + (sum * h) / 3;
}

const reference: Record<SmoothActivation, (x: number) => number> = {
  silu: (x) => x / (1 + Math.exp(-x)),
  gelu: (x) => x * normalDistribution(x),
};

describe.each(SMOOTH_ACTIVATIONS)('%s', (activation) => {
  const f = reference[activation];

  it('is its formula in float64', () => {
    const x = Float32Array.from({ length: 81 }, (_, i) => (i - 40) / 5);
    tf.tidy(() => {
      expect(maxNormError(smoothActivation(tf.tensor(x), activation), Array.from(x, f))).toBeLessThan(1e-6);
    });
  });

  it('has the gradient that differences of it have', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -6, max: 6, noNaN: true }), { minLength: 1, maxLength: 8 }), (values) => {
        const x = Float32Array.from(values);
        const dy = randomValues(values.length, x.length);
        const h = 1e-5;
        const expected = Array.from(x, (v, i) => ((f(v + h) - f(v - h)) / (2 * h)) * dy[i]!);
        tf.tidy(() => {
          const dx = tf.grad((t) => smoothActivation(t, activation))(tf.tensor(x), tf.tensor(dy));
          expect(maxNormError(dx, expected, 1)).toBeLessThan(2e-6);
        });
      }),
      { numRuns: 40 },
    );
  });

  it('stays finite far out', () => {
    tf.tidy(() => {
      const x = tf.tensor([-1e4, -200, 200, 1e4]);
      expect([...smoothActivation(x, activation).dataSync()].map((v) => v + 0)).toEqual([0, 0, 200, 1e4]);
      const dx = tf.grad((t) => smoothActivation(t, activation))(x);
      expect([...dx.dataSync()].map((v) => v + 0)).toEqual([0, 0, 1, 1]);
    });
  });

  it("takes the slope of the backend's kernel where gradients are taken, and only there", () => {
    const triple = ({ x }: Record<string, Float32Array>) => [x!.map((v) => 3 * v), x!.map(() => 5)];
    const double = ({ x }: Record<string, Float32Array>) => [x!.map((v) => 2 * v)];
    withCpuKernel('CifarlabSmoothActivationWithSlope', triple, ['x', 'x'], () =>
      withCpuKernel('CifarlabSmoothActivation', double, ['x'], () => {
        tf.tidy(() => {
          const [x, dy] = [tf.tensor([1, 2]), tf.tensor([1, -1])];
          const { value, grad } = tf.valueAndGrad((t) => smoothActivation(t, activation))(x, dy);
          expect([...value.dataSync(), ...grad.dataSync()]).toEqual([3, 6, 5, -5]);
          expect([...smoothActivation(x, activation).dataSync()]).toEqual([2, 4]);
        });
      }),
    );
  });

  it("uses the backend's kernels", () => {
    const double = ({ x }: Record<string, Float32Array>) => [x!.map((v) => 2 * v)];
    const product = ({ dy, x }: Record<string, Float32Array>) => [dy!.map((v, i) => v * x![i]!)];
    withCpuKernel('CifarlabSmoothActivation', double, ['x'], (forward) =>
      withCpuKernel('CifarlabSmoothActivationGrad', product, ['x'], (backward) => {
        tf.tidy(() => {
          const x = tf.tensor([1, 2]);
          expect([...smoothActivation(x, activation).dataSync()]).toEqual([2, 4]);
          const dx = tf.grad((t) => smoothActivation(t, activation))(x, tf.tensor([3, 5]));
          expect([...dx.dataSync()]).toEqual([3, 10]);
        });
        expect(forward.map(({ attributes }) => attributes)).toEqual([{ activation }, { activation }]);
        expect(backward).toEqual([{ inputs: { dy: [2], x: [2] }, attributes: { activation } }]);
      }),
    );
  });
});

it('refuses what it cannot do', () => {
  tf.tidy(() => {
    const x = tf.tensor([1]);
    expect(() => smoothActivation(x, 'relu' as never)).toThrow('activation must be one of silu, gelu; got "relu"');
    expect(() => smoothActivation(tf.tensor([1], [1], 'int32'), 'silu')).toThrow('x has dtype int32, but float32');
  });
});
