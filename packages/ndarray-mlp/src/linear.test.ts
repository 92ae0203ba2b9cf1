import { RandomState } from '@cifarlab/numpy-random';
import ndarray, { type NdArray } from 'ndarray';
import { describe, expect, it } from 'vitest';
import { Linear } from './index.js';

const ones = (...shape: number[]) => ndarray(new Float64Array(shape.reduce((a, b) => a * b)).fill(1), shape);

describe('Linear', () => {
  it('starts as the practical says: N(0, 1e-4^2) row by row, biases and gradients 0', () => {
    const { params, grads } = new Linear(5, 3, { rng: new RandomState(42) });
    expect(Array.from(params.weight.data)).toEqual(Array.from(new RandomState(42).normals(15, 0, 1e-4)));
    expect(params.weight.shape).toEqual([3, 5]);
    expect(params.bias.shape).toEqual([1, 3]);
    for (const zero of [params.bias, grads.weight, grads.bias])
      expect(zero.data.every((value) => value === 0)).toBe(true);
  });

  it('reads strided views and leaves them as they are', () => {
    const layer = new Linear(2, 1);
    layer.params.weight.set(0, 0, 10);
    layer.params.weight.set(0, 1, 1);
    const x = ndarray(Float64Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
    const y = layer.forward(x.transpose(1, 0) as NdArray);
    expect(Array.from(y.data)).toEqual([14, 25, 36]);
    expect(Array.from(x.data)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('overwrites the gradients in place, and gives new outputs', () => {
    const layer = new Linear(3, 2);
    const { weight } = layer.grads;
    const first = layer.forward(ones(4, 3));
    layer.backward(ones(4, 2));
    layer.backward(ones(4, 2));
    expect(layer.grads.weight).toBe(weight);
    expect(Array.from(weight.data)).toEqual([4, 4, 4, 4, 4, 4]);
    expect(layer.forward(ones(4, 3)).data).not.toBe(first.data);
  });

  it('has the parameters’ gradients without the one of its input', () => {
    const [a, b] = [new Linear(3, 2), new Linear(3, 2)];
    a.forward(ones(4, 3));
    b.forward(ones(4, 3));
    a.backward(ones(4, 2));
    b.backwardParams(ones(4, 2));
    expect(b.grads).toEqual(a.grads);
  });

  it('names shapes, layer and remedy', () => {
    const layer = new Linear(3, 2);
    expect(() => layer.forward(ones(4, 5))).toThrow(
      'Linear: x has shape [4, 5], but weight [2, 3] needs [S, 3]; flatten the input to one row per sample, ' +
        'or make the layer for its width.',
    );
    expect(() => layer.forward(ones(4, 3, 1))).toThrow(RangeError);
    expect(() => layer.backward(ones(4, 2))).toThrow('Linear: backward before forward; call forward(x) first.');
    layer.forward(ones(4, 3));
    expect(() => layer.backward(ones(4, 3))).toThrow(
      'Linear: dout has shape [4, 3], but the last forward gave [4, 2]; pass the gradient of that output.',
    );
  });

  it('refuses another dtype', () => {
    const layer = new Linear(3, 2, { dtype: 'float32' });
    const message =
      'Linear: x has dtype float64, but float32 is needed; convert it, or give the module the dtype of its input.';
    expect(() => layer.forward(ones(4, 3))).toThrow(new TypeError(message));
    layer.forward(ndarray(new Float32Array(12), [4, 3]));
    expect(() => layer.backward(ones(4, 2))).toThrow(/Linear: dout has dtype float64, but float32 is needed/);
    expect(() => layer.forward(ndarray([1, 2, 3], [1, 3]))).toThrow(/x has dtype array/);
  });

  it('refuses sizes and initialisations that there are not', () => {
    expect(() => new Linear(0, 2)).toThrow('Linear: inFeatures must be a whole number of 1 or more; got 0.');
    expect(() => new Linear(2, 1.5)).toThrow(/outFeatures must be .* got 1\.5/);
    expect(() => new Linear(2, 2, { init: 'xavier' as 'he' })).toThrow(
      'init must be one of course, he, glorot, pytorch; got "xavier".',
    );
  });
});
