import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backpropagate } from './backpropagate.js';

let before: number;
beforeEach(async () => {
  await tf.setBackend('cpu');
  before = tf.memory().numTensors;
});
afterEach(() => {
  tf.disposeVariables();
  expect(tf.memory().numTensors).toBe(before);
});

const numbers = (seed: number) => Float32Array.from({ length: 6 }, (_, i) => Math.sin(7 * seed + 3 * i));
const variables = (count: number) =>
  Array.from({ length: count }, (_, i) => tf.tidy(() => tf.variable(tf.tensor2d(numbers(i), [2, 3]), true, `v${i}`)));

const unary: ((x: tf.Tensor) => tf.Tensor)[] = [tf.sin, tf.square, tf.sigmoid, tf.relu, tf.clone];
const binary: ((a: tf.Tensor, b: tf.Tensor) => tf.Tensor)[] = [
  tf.add,
  tf.mul,
  tf.sub,
  (a, b) => tf.add(a, tf.mean(b, 0, true)),
  (a, b) => tf.concat([tf.split(a, 3, 1)[1]!, tf.split(b, [1, 2], 1)[1]!], 1),
];

/** A program: each step computes one more value of two earlier ones, the first of which are the variables. */
const steps = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { minLength: 1, maxLength: 12 });

function compute(program: readonly [number, number, number][], inputs: readonly tf.Tensor[]): tf.Tensor {
  const values = [...inputs];
  for (const [operation, a, b] of program) {
    const at = operation % (unary.length + binary.length);
    const [x, y] = [values[a % values.length]!, values[b % values.length]!];
    values.push(at < unary.length ? unary[at]!(x) : binary[at - unary.length]!(x, y));
  }
  return values.at(-1)!;
}

const toArrays = (gradients: tf.NamedTensorMap) =>
  Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [name, [...gradient.dataSync()]]));

describe('backpropagate', () => {
  it('gives the gradients of tf.variableGrads for any program', () => {
    const inputs = variables(3);
    fc.assert(
      fc.property(steps, (program) => {
        tf.tidy(() => {
          const dy = tf.tensor2d(numbers(9), [2, 3]);
          const weighted = () => tf.sum(tf.mul(compute(program, inputs), dy)) as tf.Scalar;
          const wanted = toArrays(tf.variableGrads(weighted, inputs).grads);
          const found = toArrays(
            backpropagate(
              () => compute(program, inputs),
              () => dy.clone(),
              inputs,
            ),
          );
          expect(Object.keys(found)).toEqual(Object.keys(wanted));
          for (const [name, values] of Object.entries(found)) {
            expect(values).toEqual(wanted[name]!.map((value) => expect.closeTo(value, 3)));
          }
        });
      }),
      { numRuns: 100 },
    );
  });

  it('frees what an operation saved, and the gradient behind it, when it is done with them', () => {
    const [weight] = variables(1);
    const alive: number[] = [];
    const noted = tf.customGrad((x, save) => {
      (save as (tensors: tf.Tensor[]) => void)([x as tf.Tensor]);
      const gradFunc = (dy: tf.Tensor, [saved]: tf.Tensor[]) => {
        alive.push(tf.memory().numDataBuffers);
        return tf.mul(dy, saved!);
      };
      return { value: tf.mul(x as tf.Tensor, 0.5), gradFunc };
    });
    const chain = () => Array.from({ length: 20 }).reduce<tf.Tensor>((x) => noted(x), weight!);
    const growth = () => alive.splice(0).map((count, _, all) => count - all[0]!);
    tf.dispose(backpropagate(chain, (y) => tf.onesLike(y), [weight!]));
    // One saved value goes with every step back, and one gradient takes the place of another.
    expect(growth()).toEqual(Array.from({ length: 20 }, (_, i) => (i === 0 ? 0 : -i)));
    tf.tidy(() => void tf.variableGrads(() => tf.sum(chain()) as tf.Scalar, [weight!]));
    expect(growth().at(-1)).toBe(19);
  });

  it('takes a gradient that is the one from above, or a saved value, or the same for two inputs', () => {
    const [weight] = variables(1);
    const passOn = tf.customGrad((a, b) => ({
      value: tf.add(a as tf.Tensor, b as tf.Tensor),
      gradFunc: (dy) => [dy, dy],
    }));
    const keepOwn = tf.customGrad((x, save) => {
      const slope = tf.mul(x as tf.Tensor, 2);
      (save as (tensors: tf.Tensor[]) => void)([slope]);
      return { value: tf.square(x as tf.Tensor), gradFunc: (_dy, saved) => saved[0]! };
    });
    tf.tidy(() => {
      // x^2 + (x + 2 x^2), of which the second x^2 and the third are one.
      const forward = () => {
        const square = keepOwn(weight!);
        return passOn(passOn(square, weight!), tf.clone(square));
      };
      const { v0 } = backpropagate(forward, (y) => tf.onesLike(y), [weight!]);
      const expected = Array.from(weight!.dataSync(), (x) => expect.closeTo(2 * x + 1, 5));
      expect([...v0!.dataSync()]).toEqual(expected);
    });
  });

  it('is the gradient from above where y is a variable', () => {
    const [weight] = variables(1);
    const gradients = backpropagate(
      () => weight!,
      () => tf.ones([2, 3]),
      [weight!],
    );
    expect(toArrays(gradients)).toEqual({ v0: [1, 1, 1, 1, 1, 1] });
    tf.dispose(gradients);
  });

  it.each<[string, (weight: tf.Tensor) => tf.Tensor, string]>([
    ['of something else', () => tf.ones([2]), 'The output does not depend on any of the variables to train.'],
    [
      'through an operation without a gradient',
      (weight) => tf.topk(weight, 2).values,
      'TensorFlow.js does not have a gradient of TopK.',
    ],
    [
      'of the wrong shape',
      tf.customGrad((x) => ({ value: tf.clone(x as tf.Tensor), gradFunc: () => tf.ones([3]) })),
      'has a gradient of shape [3] for its input 0 of shape [2, 3]; correct it.',
    ],
    [
      'that fails',
      (weight) => {
        tf.sin(weight);
        throw new Error('no more');
      },
      'no more',
    ],
  ])('keeps nothing when it fails: %s', (_, forward, message) => {
    const [weight] = variables(1);
    const { numTensors } = tf.memory();
    const failing = () =>
      backpropagate(
        () => forward(weight!),
        (y) => tf.onesLike(y),
        [weight!],
      );
    expect(failing).toThrow(message);
    expect([tf.memory().numTensors, tf.engine().state.gradientDepth]).toEqual([numTensors, 0]);
  });

  it('refuses to run inside a gradient', () => {
    const [weight] = variables(1);
    tf.tidy(() => {
      const outer = tf.grad((x: tf.Tensor) => {
        backpropagate(
          () => tf.square(weight!),
          (y) => tf.onesLike(y),
          [weight!],
        );
        return tf.square(x);
      });
      expect(() => outer(tf.ones([2]))).toThrow(
        'backpropagate cannot run inside a function whose gradient is being taken; call it outside.',
      );
    });
  });
});
