// Autodiff against the gradients that `@cifarlab/ndarray-mlp` derives by hand: the same float32 weights and inputs.
import { MLP } from '@cifarlab/ndarray-mlp';
import { RandomState } from '@cifarlab/numpy-random';
import * as tf from '@tensorflow/tfjs-core';
import ndarray from 'ndarray';
import { beforeAll, describe, expect, it } from 'vitest';
import { createMlp, loadState } from '../src/index.js';
import { autodiff, BACKENDS, failOnLeaks, maxNormError, randn, startOrt } from './support/tensors.js';

beforeAll(startOrt);

const ACTIVATIONS = ['elu', 'relu', 'leaky-relu', 'tanh'] as const;
const cases = ACTIVATIONS.flatMap((activation) => (['none', 'batch'] as const).map((norm) => ({ activation, norm })));

describe.each(BACKENDS)('%s', (backend) => {
  failOnLeaks(() => backend);

  it.each(cases)('$activation, norm $norm', ({ activation, norm }) => {
    const sizes = new RandomState([activation.length, norm.length]);
    for (let seed = 1; seed <= 4; seed++) {
      const nInputs = sizes.randint(1, 40);
      const nHidden = Array.from({ length: sizes.randint(0, 3) }, () => sizes.randint(2, 20));
      const numClasses = sizes.randint(2, 11);
      const S = sizes.randint(4, 30);
      const options = { activation, norm, negativeSlope: 0.1, init: 'pytorch' } as const;
      const twin = new MLP(nInputs, nHidden, numClasses, { ...options, dtype: 'float32', rng: new RandomState(seed) });
      const model = createMlp({ ...options, nInputs, nHidden, numClasses });
      loadState(model, twin.toState());

      const x = randn(100 + seed, S * nInputs);
      const dout = randn(200 + seed, S * numClasses);
      twin.forward(ndarray(x, [S, nInputs]));
      const dx = twin.backward(ndarray(dout, [S, numClasses]));
      const gradients = autodiff(model, x, nInputs, dout);

      const expected = { x: dx, ...twin.grads };
      expect(Object.keys(gradients).toSorted()).toEqual(Object.keys(expected).toSorted());
      const scale = Math.max(...Object.values(expected).map(({ data }) => Math.max(...data.map(Math.abs))));
      for (const [name, { data }] of Object.entries(expected)) {
        // A bias before a batch normalisation has no effect: its gradient is rounding, of both.
        const zero = norm === 'batch' && /^layers\.\d+\.bias$/.test(name) && name !== `layers.${nHidden.length}.bias`;
        if (zero) expect(Math.max(...gradients[name]!.map(Math.abs)), name).toBeLessThan(1e-6 * scale);
        else expect(maxNormError(gradients[name]!, data), name).toBeLessThan(1e-5);
      }
      expect(tf.getBackend()).toBe(backend);
      model.dispose();
    }
  });
});
