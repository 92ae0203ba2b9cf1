import '@tensorflow/tfjs-backend-cpu';
import { createMlp } from '@cifarlab/mlp';
import { RandomState } from '@cifarlab/numpy-random';
import { AdamW, noDecayOnBiasesAndNorms } from '@cifarlab/tfjs-ops';
import * as tf from '@tensorflow/tfjs-core';

// 200 points in the plane, of class 1 within the unit circle and of class 0 outside.
const rng = new RandomState(42);
const points = tf.tensor2d(Float32Array.from(rng.normals(400)), [200, 2]);
const classes = tf.cast(tf.less(tf.norm(points, 2, 1), 1), 'int32') as tf.Tensor1D;
const targets = tf.oneHot(classes, 2);

const model = createMlp({ nInputs: 2, nHidden: [32], nClasses: 2, norm: 'layer', dropout: 0.1, init: 'he', rng });
const optimizer = new AdamW({ learningRate: 0.01, weightDecay: 0.01, groups: [noDecayOnBiasesAndNorms()] });

for (let step = 1; step <= 101; step++) {
  const loss = tf.tidy(() => {
    const { value, grads } = optimizer.computeGradients(() => {
      const logits = model.apply(points, { training: true, step }) as tf.Tensor2D;
      return tf.losses.softmaxCrossEntropy(targets, logits) as tf.Scalar;
    });
    optimizer.applyGradients(grads);
    return value.dataSync()[0];
  });
  if (step % 25 === 1) {
    const accuracy = tf.tidy(() => {
      const predicted = tf.argMax(model.predict(points) as tf.Tensor2D, 1);
      return tf.mean(tf.equal(predicted, classes)).dataSync()[0];
    });
    console.log(step, loss.toFixed(4), accuracy.toFixed(3));
  }
}
