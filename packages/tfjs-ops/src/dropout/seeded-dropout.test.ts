import * as tf from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { failOnLeaks, randomValues } from '../../test/support/tensors.js';
import { SeededDropout, type SeededDropoutArguments } from '../index.js';
import { dropoutMask } from './dropout-mask.js';

failOnLeaks();

const values = (layer: SeededDropout, x: tf.Tensor, kwargs = {}) => {
  const y = layer.apply(x, kwargs) as tf.Tensor;
  expect(y.shape).toEqual(x.shape);
  const result = [...y.dataSync()];
  y.dispose();
  return result;
};

describe('SeededDropout', () => {
  it('multiplies by the mask of its seed, its stream and the step', () => {
    const layer = new SeededDropout({ rate: 0.4, seed: 7, stream: 3 });
    const data = randomValues(1, 60);
    const x = tf.tensor(data, [5, 3, 4]);
    for (const step of [1, 2, 0xffffffff]) {
      const mask = dropoutMask(60, 0.4, { seed: 7, stream: 3, step });
      const expected = Array.from(data, (value, i) => Math.fround(value * mask[i]!));
      expect(values(layer, x, { training: true, step })).toEqual(expected);
    }
    x.dispose();
  });

  it('has the mask of the whole batch for each part of it', () => {
    const layer = new SeededDropout({ rate: 0.4, seed: 7 });
    const x = tf.tensor(randomValues(1, 75), [5, 3, 5]);
    const whole = values(layer, x, { training: true, step: 9 });
    for (const firstExample of [0, 2, 3]) {
      const part = tf.slice(x, firstExample, 2);
      const expected = whole.slice(15 * firstExample, 15 * (firstExample + 2));
      expect(values(layer, part, { training: true, step: 9, firstExample })).toEqual(expected);
      part.dispose();
    }
    const refused = () => layer.apply(x, { training: true, step: 9, firstExample: -1 });
    expect(refused).toThrow(RangeError);
    expect(refused).toThrow('firstExample');
    x.dispose();
  });

  it('has the seed 42 and the stream 0 by default', () => {
    const ones = tf.ones([100]);
    const mask = dropoutMask(100, 0.5, { seed: 42, stream: 0, step: 1 });
    expect(values(new SeededDropout({ rate: 0.5 }), ones, { training: true, step: 1 })).toEqual([...mask]);
    ones.dispose();
  });

  it('passes its input on in evaluation, with or without a step, and with a rate of 0', () => {
    const x = tf.tensor(randomValues(2, 12), [3, 4]);
    const data = [...x.dataSync()];
    const layer = new SeededDropout({ rate: 0.5 });
    expect(values(layer, x)).toEqual(data);
    expect(values(layer, x, { step: 1 })).toEqual(data);
    expect(values(layer, x, { training: false, step: 1 })).toEqual(data);
    expect(values(new SeededDropout({ rate: 0 }), x, { training: true })).toEqual(data);
    x.dispose();
  });

  it('has the mask as its gradient', () => {
    const layer = new SeededDropout({ rate: 0.5 });
    const x = tf.tensor(randomValues(3, 40), [10, 4]);
    const gradient = tf.grad((input) => layer.apply(input, { training: true, step: 5 }) as tf.Tensor)(x);
    expect([...gradient.dataSync()]).toEqual([...dropoutMask(40, 0.5, { seed: 42, stream: 0, step: 5 })]);
    tf.dispose([x, gradient]);
  });

  it('gets the step through the call of a model, and passes tensors on in one that evaluates', () => {
    const model = sequential({
      layers: [new SeededDropout({ rate: 0.5, inputShape: [50] }), layers.activation({ activation: 'linear' })],
    });
    const x = tf.ones([2, 50]);
    const y = model.apply(x, { training: true, step: 9 }) as tf.Tensor;
    expect([...y.dataSync()]).toEqual([...dropoutMask(100, 0.5, { seed: 42, stream: 0, step: 9 })]);
    const evaluated = model.apply(x) as tf.Tensor;
    expect([...evaluated.dataSync()]).toEqual([...x.dataSync()]);
    tf.dispose([x, y, evaluated]);
    model.dispose();
  });

  it('says what is wrong', () => {
    const x = tf.ones([2, 2]);
    const layer = new SeededDropout({ name: 'drop', rate: 0.5 });
    expect(() => layer.apply(x, { training: true })).toThrow(
      'drop: dropout in training needs the step, which its mask is a function of; call ' +
        'model.apply(x, { training: true, step }) (fit() has no way to pass it).',
    );
    for (const step of [-1, 1.5, 2 ** 32, Number.NaN, '1', null]) {
      expect(() => layer.apply(x, { training: true, step })).toThrow(
        /^drop: step must be a whole number from 0 to 2\^32 - 1; got /,
      );
    }
    expect(() => layer.apply([x, x])).toThrow('drop: dropout takes 1 input; got 2.');
    const make = (args: object) => () => new SeededDropout(args as SeededDropoutArguments);
    expect(make({ rate: 1 })).toThrow('rate must be 0 or more and below 1; got 1.');
    expect(make({ rate: -0.1 })).toThrow(RangeError);
    expect(make({})).toThrow('rate must be 0 or more and below 1; got undefined.');
    expect(make({ rate: 0.5, seed: -1 })).toThrow('seed must be a whole number from 0 to 2^32 - 1; got -1.');
    expect(make({ rate: 0.5, stream: 0.5 })).toThrow('stream must be a whole number from 0 to 2^32 - 1; got 0.5.');
    x.dispose();
  });
});
