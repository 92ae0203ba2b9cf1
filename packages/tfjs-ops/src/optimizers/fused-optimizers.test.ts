import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { adamReference, sgdReference } from '../../test/support/optimizer-reference.js';
import { failOnLeaks, maxNormError, randomValues, withCpuKernel } from '../../test/support/tensors.js';
import { Adam, type AdamOptions, AdamW, SGD, type SGDOptions } from '../index.js';

failOnLeaks();

const shape = [2, 2];
const steps = 3;

/** Returns the variable's values after some steps. */
function train(optimizer: tf.Optimizer): Float32Array {
  const variable = tf.tidy(() => tf.variable(tf.tensor(randomValues(1, 4), shape), true, 'w'));
  for (let step = 1; step <= steps; step++) {
    tf.tidy(() => optimizer.applyGradients({ w: tf.tensor(randomValues(step + 1, 4), shape) }));
  }
  const values = variable.dataSync().slice() as Float32Array;
  variable.dispose();
  optimizer.dispose();
  return values;
}

const toFloat32 = (...arrays: Float64Array[]) => arrays.map((array) => Float32Array.from(array));
const toFloat64 = (slots: Record<string, Float32Array>) =>
  Object.fromEntries(Object.entries(slots).map(([name, array]) => [name, Float64Array.from(array)]));

const adamKernel = ({ param, gradient, ...slots }: Record<string, Float32Array>, attributes: object) => {
  const settings = attributes as Parameters<typeof adamReference>[2] & { step: number };
  const state = { parameter: Float64Array.from(param!), step: settings.step - 1, slots: toFloat64(slots) };
  const next = adamReference(state, gradient!, { ...settings, amsgrad: slots.vMax !== undefined });
  return toFloat32(next.parameter, ...Object.values(next.slots));
};

const sgdKernel = ({ param, gradient, ...slots }: Record<string, Float32Array>, attributes: object) => {
  const settings = attributes as Parameters<typeof sgdReference>[2] & { step: number };
  const state = { parameter: Float64Array.from(param!), step: settings.step - 1, slots: toFloat64(slots) };
  const next = sgdReference(state, gradient!, settings);
  return toFloat32(next.parameter, ...Object.values(next.slots));
};

describe('CifarlabAdam', () => {
  const options: AdamOptions = { learningRate: 0.1, beta1: 0.8, beta2: 0.9, epsilon: 1e-3, weightDecay: 0.2 };

  it.each([
    ['Adam', false, {}],
    ['Adam', true, {}],
    ['AdamW', false, {}],
    ['AdamW', true, { clipNorm: 0.5 }],
    ['Adam', false, { clipValue: 0.5 }],
  ] as const)('%s amsgrad %s %o', (name, amsgrad, clipping) => {
    const make = () => new ({ Adam, AdamW })[name]({ ...options, ...clipping, amsgrad });
    const composed = train(make());
    withCpuKernel('CifarlabAdam', adamKernel, ['param', 'm', 'v', 'vMax'], (calls) => {
      expect(maxNormError(train(make()), composed)).toBeLessThan(2e-6);
      expect(calls).toHaveLength(steps);
      const slots = amsgrad ? { m: shape, v: shape, vMax: shape } : { m: shape, v: shape };
      calls.forEach(({ inputs, attributes }, i) => {
        expect(inputs).toEqual({ param: shape, gradient: shape, ...slots });
        const { gradientScale, ...rest } = attributes as { gradientScale: number };
        expect(rest).toEqual({ ...options, decoupled: name === 'AdamW', step: i + 1 });
        if ('clipNorm' in clipping) expect(gradientScale).toBeLessThan(1);
        else expect(gradientScale).toBe(1);
      });
    });
  });
});

describe('CifarlabSgd', () => {
  it.each<[Partial<SGDOptions>]>([
    [{}],
    [{ momentum: 0.9, dampening: 0.25 }],
    [{ momentum: 0.9, nesterov: true, decoupledWeightDecay: true }],
    [{ momentum: 0.9, clipNorm: 0.5 }],
  ])('%o', (given) => {
    const make = () => new SGD({ learningRate: 0.1, weightDecay: 0.2, ...given });
    const composed = train(make());
    withCpuKernel('CifarlabSgd', sgdKernel, ['param', 'momentumBuffer'], (calls) => {
      expect(maxNormError(train(make()), composed)).toBeLessThan(2e-6);
      expect(calls).toHaveLength(steps);
      const { momentum = 0, dampening = 0, nesterov = false, decoupledWeightDecay: decoupled = false } = given;
      calls.forEach(({ inputs, attributes }, i) => {
        expect(inputs).toEqual({ param: shape, gradient: shape, ...(momentum > 0 && { momentumBuffer: shape }) });
        const { gradientScale, ...rest } = attributes as { gradientScale: number };
        const settings = { momentum, dampening, nesterov, weightDecay: 0.2, decoupled };
        expect(rest).toEqual({ learningRate: 0.1, ...settings, step: i + 1 });
        if (given.clipNorm !== undefined) expect(gradientScale).toBeLessThan(1);
        else expect(gradientScale).toBe(1);
      });
    });
  });
});
