import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { batchNormReference } from '../../test/support/batch-norm-reference.js';
import { failOnLeaks, maxNormError, randomValues, withCpuKernel } from '../../test/support/tensors.js';
import { BatchNorm, type BatchNormActivation, batchNormTraining } from '../index.js';

failOnLeaks();

const shape = [2, 3, 4];
const epsilon = 1e-3;
const values = {
  x: randomValues(1, 24, { scale: 2, shift: 10 }),
  gamma: randomValues(2, 4),
  beta: randomValues(3, 4),
  dy: randomValues(4, 24),
};

/** Runs `body` on a backend with both kernels; `body` gets the calls of each. */
function withKernels(body: (forward: readonly object[], backward: readonly object[]) => void) {
  const options = (attributes: Record<string, unknown>) => attributes as { epsilon: number; activation: string };
  withCpuKernel(
    'CifarlabBatchNormTraining',
    ({ x, gamma, beta }, attributes) => {
      const { y, mean, variance } = batchNormReference(x!, gamma!, beta!, options(attributes));
      return [y, mean, variance].map((array) => Float32Array.from(array));
    },
    ['x', 'gamma', 'gamma'],
    (forward) =>
      withCpuKernel(
        'CifarlabBatchNormTrainingGrad',
        ({ dy, x, y, gamma }, attributes) => {
          // The kernel reads only the mask of y, by the contract.
          const { activation } = options(attributes);
          const g = activation === 'relu' ? dy!.map((value, i) => (y![i]! > 0 ? value : 0)) : dy!;
          const { dx, dgamma, dbeta } = batchNormReference(x!, gamma!, gamma!, { epsilon }).backward(g);
          return [dx, dgamma, dbeta].map((array) => Float32Array.from(array));
        },
        ['x', 'gamma', 'gamma'],
        (backward) => body(forward, backward),
      ),
  );
}

function gradients(activation: BatchNormActivation) {
  const f = (x: tf.Tensor, gamma?: tf.Tensor, beta?: tf.Tensor) =>
    batchNormTraining(x, gamma!, beta!, { epsilon, activation }).y;
  return tf.grads(f)(
    [tf.tensor(values.x, shape), tf.tensor(values.gamma), tf.tensor(values.beta)],
    tf.tensor(values.dy, shape),
  );
}

describe.each(['linear', 'relu'] as const)('the kernels of the backend (%s)', (activation) => {
  it('are given exactly the inputs and attributes of the contract', () => {
    withKernels((forward, backward) => {
      tf.tidy(() => void gradients(activation));
      const attributes = { epsilon, activation };
      const vector = [4];
      expect(forward).toEqual([{ inputs: { x: shape, gamma: vector, beta: vector }, attributes }]);
      const inputs = { dy: shape, x: shape, y: shape, gamma: vector, mean: vector, variance: vector };
      expect(backward).toEqual([{ inputs, attributes }]);
    });
  });

  it('give what the ops give', () => {
    tf.tidy(() => {
      const composed = gradients(activation);
      withKernels((forward) => {
        const fused = gradients(activation);
        expect(forward).toHaveLength(1);
        fused.forEach((gradient, i) => {
          expect(maxNormError(gradient, composed[i]!.dataSync())).toBeLessThan(1e-5);
        });
      });
    });
  });
});

it('the kernel for given statistics is used in evaluation, unless gradients are recorded', () => {
  withCpuKernel(
    'CifarlabBatchNormInference',
    ({ x }) => [x!.map((value) => value + 1)],
    ['x'],
    (calls) => {
      const layer = new BatchNorm({ activation: 'relu', epsilon });
      layer.build(shape);
      tf.tidy(() => {
        const x = tf.tensor(values.x, shape);
        const y = layer.apply(x) as tf.Tensor;
        expect(maxNormError(tf.sub(y, 1), values.x)).toBeLessThan(1e-6);
        const vector = [4];
        const inputs = { x: shape, gamma: vector, beta: vector, mean: vector, variance: vector };
        const expected = [{ inputs, attributes: { epsilon, activation: 'relu' } }];
        expect(calls).toEqual(expected);
        layer.apply(x, { training: true });
        tf.grad((input) => layer.apply(input) as tf.Tensor)(x);
        expect(calls).toEqual(expected);
      });
    },
  );
});

it('a kernel for the forward pass alone leaves the backward pass to the ops', () => {
  withCpuKernel(
    'CifarlabBatchNormTraining',
    ({ x, gamma }) => [new Float32Array(x!.length), new Float32Array(gamma!.length), new Float32Array(gamma!.length)],
    ['x', 'gamma', 'gamma'],
    (calls) => {
      tf.tidy(() => void gradients('linear'));
      expect(calls).toHaveLength(1);
    },
  );
});
