import { evalNumericalGradient, maxNormError } from '@cifarlab/gradcheck';
import { RandomState } from '@cifarlab/numpy-random';
import * as tf from '@tensorflow/tfjs-core';
import type { NdArray } from 'ndarray';
import ops from 'ndarray-ops';
import { describe, expect, it } from 'vitest';
import { fromValues, normals, randomInputs } from '../test/support/arrays.js';
import { failOnLeaks, implementations, toNdArray, toTensor } from '../test/support/tensors.js';
import { layerNorm } from './index.js';
import { layerNormBackward, layerNormForward } from './ndarray/index.js';

failOnLeaks();

type Tensors = [x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor];
const shape = [2, 3, 5];
const makeTensors = () => Object.values(randomInputs(new RandomState(1), shape)).map(toTensor) as Tensors;
const names = ['x', 'gamma', 'beta'] as const;
type Name = (typeof names)[number];
const subsets: Name[][] = [['x'], ['gamma'], ['beta'], ['x', 'gamma'], ['x', 'beta'], ['gamma', 'beta']];

/** Returns the gradients of sum(layerNorm) with respect to some of the inputs. */
function gradientsOf(subset: readonly Name[], tensors: Tensors): tf.Tensor[] {
  const chosen = subset.map((name) => tensors[names.indexOf(name)]!);
  return tf.grads((...args) => {
    const [x, gamma, beta] = names.map((name, i) => args[subset.indexOf(name)] ?? tensors[i]!) as Tensors;
    return layerNorm(x, gamma, beta);
  })(chosen);
}

describe('the gradients that are asked for', () => {
  it.each(subsets.map((subset) => ({ subset })))('$subset are those of all three', ({ subset }) => {
    const tensors = makeTensors();
    tf.tidy(() => {
      const all = gradientsOf(names, tensors);
      gradientsOf(subset, tensors).forEach((gradient, i) => {
        expect([...gradient.dataSync()]).toEqual([...all[names.indexOf(subset[i]!)]!.dataSync()]);
      });
    });
    tf.dispose(tensors);
  });

  /** Returns the kernels of the backward pass. */
  const backwardKernels = async (subset: readonly Name[], tensors: Tensors) => {
    const kernels = async (f: () => unknown) =>
      (await tf.profile(() => tf.tidy(() => void f()))).kernels.map(({ name }) => name);
    // The copies that are saved share memory with what they are copies of.
    const forward = (await kernels(() => layerNorm(...tensors))).length + 4;
    return (await kernels(() => gradientsOf(subset, tensors))).slice(forward);
  };
  const sumOverRows = ['Reshape', 'Reshape', 'BatchMatMul', 'Reshape'];
  const meanOfRows = ['Sum', 'RealDiv'];
  const ofBeta = sumOverRows;
  const ofGamma = ['Sub', 'Multiply', ...sumOverRows];
  const ofX = [
    ...['Sub', 'Multiply', 'Square', 'Multiply', ...meanOfRows, 'Multiply'],
    ...[...meanOfRows, 'Sub', 'Multiply', 'Sub', 'Multiply'],
  ];

  it.each<[subset: Name[], kernels: string[]]>([
    [['beta'], ofBeta],
    [['gamma'], ofGamma],
    [['x'], ofX],
    [
      ['gamma', 'beta'],
      [...ofGamma, ...ofBeta],
    ],
    [
      ['x', 'gamma', 'beta'],
      [...ofX, ...ofGamma, ...ofBeta],
    ],
  ])('%j cost their own kernels alone', async (subset, expected) => {
    const tensors = makeTensors();
    expect(await backwardKernels(subset, tensors)).toEqual(expected);
    tf.dispose(tensors);
  });
});

describe('memory', () => {
  it('keeps two numbers per row for the backward pass, besides its inputs', () => {
    const tensors = makeTensors();
    const gradients = tf.grads((x, gamma, beta) => {
      const before = tf.memory();
      const y = layerNorm(x, gamma!, beta!);
      const after = tf.memory();
      // Tensors of x, gamma and six rows' mean and 1 / std; of them the last two alone have memory of their own.
      expect(after.numBytes - before.numBytes - 4 * y.size).toBe(4 * (30 + 5 + 6 + 6));
      expect(after.numDataBuffers - before.numDataBuffers - 1).toBe(2);
      return y;
    })(tensors);
    tf.dispose([...gradients, ...tensors]);
  });

  it('leaves y alone behind, and gradients when they are taken', () => {
    const tensors = makeTensors();
    const before = tf.memory().numTensors;
    const y = layerNorm(...tensors);
    expect(tf.memory().numTensors).toBe(before + 1);
    y.dispose();
    const { value, grads } = tf.valueAndGrads((x, gamma, beta) => tf.sum(layerNorm(x, gamma!, beta!)))(tensors);
    expect(tf.memory().numTensors).toBe(before + 4);
    tf.dispose([value, ...grads, ...tensors]);
  });
});

describe.each(implementations)('second derivatives of %s', (_name, implementation) => {
  it('are those of the float64 gradients', () => {
    const rng = new RandomState(3);
    const { x, gamma, beta } = randomInputs(rng, [3, 5], 1);
    const [dy, ofX] = [normals(rng, [3, 5]), normals(rng, [3, 5])];
    const ofGamma = normals(rng, [5]);
    const dot = (a: NdArray, b: NdArray) => {
      const product = fromValues(new Float64Array(a.size), a.shape);
      ops.mul(product, a, b);
      return ops.sum(product);
    };
    const loss = () => {
      const { dx, dgamma } = layerNormBackward(dy, layerNormForward(x, gamma, beta).cache);
      return dot(dx, ofX) + dot(dgamma, ofGamma);
    };
    const expected = [x, gamma, dy].map((input) => evalNumericalGradient(loss, input as NdArray));

    tf.tidy(() => {
      const outer = tf.grads((x, gamma, dy) => {
        const inner = tf.grads((x, gamma) => implementation(x, gamma!, toTensor(beta)));
        const [dx, dgamma] = inner([x, gamma!], dy) as [tf.Tensor, tf.Tensor];
        return tf.add(tf.sum(tf.mul(dx, toTensor(ofX))), tf.sum(tf.mul(dgamma, toTensor(ofGamma))));
      });
      outer([toTensor(x), toTensor(gamma), toTensor(dy)]).forEach((gradient, i) => {
        expect(maxNormError(toNdArray(gradient) as NdArray, expected[i]!)).toBeLessThan(2e-6);
      });
    });
  });

  it('leave no tensors behind', () => {
    const [x, gamma, beta] = makeTensors();
    const penalty = (x: tf.Tensor) => tf.sum(tf.square(tf.grad((x) => tf.square(implementation(x, gamma, beta)))(x)));
    const before = tf.memory().numTensors;
    tf.grad(penalty)(x).dispose();
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([x, gamma, beta]);
  });
});
