import * as tf from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { expect, it } from 'vitest';
import { failOnLeaks, randn } from '../test/support/tensors.js';
import { Linear } from './linear.js';

failOnLeaks();

/** Both with the same weights: in 5, out 3. */
function both() {
  const weights = [tf.tensor(randn(1, 15), [5, 3]), tf.tensor(randn(2, 3))];
  const linear = new Linear({ units: 3, inputShape: [5] });
  const dense = layers.dense({ units: 3, inputShape: [5] });
  for (const layer of [linear, dense]) {
    layer.build([null, 5]);
    layer.setWeights(weights);
  }
  tf.dispose(weights);
  return { linear, dense };
}

it('is tf.layers’ dense', () => {
  const { linear, dense } = both();
  expect(linear.computeOutputShape([null, 5])).toEqual(dense.computeOutputShape([null, 5]));
  expect(dense.getConfig()).toMatchObject({ units: 3, activation: 'linear', useBias: true });
  expect(linear.getConfig()).toMatchObject({ units: 3, batchInputShape: [null, 5] });
  tf.tidy(() => {
    const x = tf.tensor(randn(3, 20), [4, 5]);
    const gradients = (layer: layers.Layer) => {
      const { value, grads } = tf.valueAndGrads((input) => tf.sum(tf.square(layer.apply(input) as tf.Tensor)))([x]);
      return [value, ...grads].map((tensor) => [...tensor.dataSync()]);
    };
    expect(gradients(linear)).toEqual(gradients(dense));
  });
  // tf.layers disposes of no layer outside a model.
  tf.disposeVariables();
});

it('makes no gradient of its input where nobody asks for it', async () => {
  const { linear, dense } = both();
  const x = tf.ones([4, 5]);
  const products = async (layer: layers.Layer) => {
    const { kernels } = await tf.profile(() =>
      tf.tidy(() => void tf.variableGrads(() => tf.sum(layer.apply(x) as tf.Tensor))),
    );
    return kernels.filter(({ name }) => /MatMul$/.test(name)).map(({ outputShapes }) => outputShapes[0]!.slice(-2));
  };
  expect(await products(linear)).toEqual([
    [4, 3],
    [5, 3],
  ]);
  expect(await products(dense)).toContainEqual([4, 5]);
  x.dispose();
  tf.disposeVariables();
});
