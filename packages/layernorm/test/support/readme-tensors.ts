import '@tensorflow/tfjs-backend-cpu';
import { LayerNorm, layerNorm } from '@cifarlab/layernorm';
import * as tf from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';

const x = tf.tensor2d([
  [1, 2, 3, 6],
  [110, 120, 130, 160],
]);
const [gamma, beta] = [tf.ones([4]), tf.zeros([4])];
console.log(layerNorm(x, gamma, beta).toString());

const loss = (gamma: tf.Tensor, beta: tf.Tensor) => tf.mean(tf.square(layerNorm(x, gamma, beta)));
const [dgamma, dbeta] = tf.grads(loss)([gamma, beta]); // nothing is computed for dx
console.log(dgamma.toString(), dbeta.toString());

const model = sequential({
  layers: [layers.dense({ units: 16, inputShape: [8] }), new LayerNorm(), layers.dense({ units: 1 })],
});
console.log(model.getWeights().map(({ shape }) => shape));
