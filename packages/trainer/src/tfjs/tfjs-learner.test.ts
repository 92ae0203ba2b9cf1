import { Adam } from '@cifarlab/tfjs-ops';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { imageBatches, smallConvNet } from '../../test/support/small-convnet.js';
import { TfjsLearner } from '../tfjs.js';

await tf.setBackend('cpu');

describe('TfjsLearner', () => {
  it('learns', () => {
    const learner = new TfjsLearner({ model: smallConvNet(), optimizer: new Adam() });
    const [batch] = imageBatches(1, 30);
    const before = learner.evalStep(batch!);
    imageBatches(60).forEach((each, i) => void learner.trainStep(each, { step: i + 1, learningRate: 0.01 }));
    expect(learner.evalStep(batch!).loss).toBeLessThan(0.5 * before.loss);
  });
});
