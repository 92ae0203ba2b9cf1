import ndarray, { type NdArray } from 'ndarray';
import ops from 'ndarray-ops';
import { describe, expect, it } from 'vitest';
import { Conv2d } from './index.js';

const zerosOf = (...shape: number[]) => ndarray(new Float64Array(shape.reduce((a, b) => a * b)), shape);

describe('Conv2d', () => {
  it('slides the kernel over the image without flipping it', () => {
    const layer = new Conv2d(1, 1, 2);
    layer.params.weight.data.set([1, 2, 3, 4]);
    layer.params.bias.data.set([100]);
    const x = ndarray(Float64Array.of(1, 0, 0, 0, 0, 0, 0, 0, 1), [1, 1, 3, 3]);
    expect(Array.from(layer.forward(x).data)).toEqual([101, 100, 100, 104]);
  });

  it('adds what overlapping patches send back', () => {
    const layer = new Conv2d(1, 1, 2);
    layer.params.weight.data.set([1, 2, 3, 4]);
    layer.forward(zerosOf(1, 1, 3, 3));
    const dout = zerosOf(1, 1, 2, 2);
    ops.assigns(dout, 1);
    expect(Array.from(layer.backward(dout).data)).toEqual([1, 3, 2, 4, 10, 6, 3, 7, 4]);
  });

  it('has the values and gradients of question 1.1 d, written out', () => {
    const matrix = (n: number, ...values: number[]) => ndarray(Float64Array.from(values), [1, 1, n, n]);
    /** Returns the entry in row i and column j, counted from 1. */
    const at = (m: NdArray) => (i: number, j: number) => m.get(0, 0, i - 1, j - 1);
    const [X, K, D] = [matrix(3, 1, 2, 3, 4, 5, 6, 7, 8, 9), matrix(2, 1, 2, 3, 4), matrix(2, 1, -1, 2, 0.5)];
    const layer = new Conv2d(1, 1, 2);
    layer.params.weight.data.set(K.data);
    layer.params.bias.data.set([0]);

    const Y = layer.forward(X);
    const dX = layer.backward(D);
    const dK = layer.grads.weight;
    expect(Array.from(Y.data)).toEqual([37, 47, 67, 77]);
    expect(Array.from(dK.data)).toEqual([9.5, 12, 17, 19.5]);
    expect(Array.from(dX.data)).toEqual([1, 1, -2, 5, 5.5, -3, 6, 9.5, 2]);

    const [x, k, d] = [at(X), at(K), at(D)];
    expect(at(Y)(2, 1)).toBe(x(2, 1) * k(1, 1) + x(2, 2) * k(1, 2) + x(3, 1) * k(2, 1) + x(3, 2) * k(2, 2));
    expect(at(dK)(1, 1)).toBe(d(1, 1) * x(1, 1) + d(1, 2) * x(1, 2) + d(2, 1) * x(2, 1) + d(2, 2) * x(2, 2));
    expect(at(dX)(1, 2)).toBe(d(1, 1) * k(1, 2) + d(1, 2) * k(1, 1));
  });

  it('reads NHWC memory through a transposed view', () => {
    const layer = new Conv2d(2, 3, 2);
    const nhwc = ndarray(
      Float64Array.from({ length: 24 }, (_, i) => Math.sin(i)),
      [1, 3, 4, 2],
    );
    const view = nhwc.transpose(0, 3, 1, 2);
    const nchw = zerosOf(1, 2, 3, 4);
    ops.assign(nchw, view);
    expect(layer.forward(view).data).toEqual(layer.forward(nchw).data);
  });

  it('has the parameters’ gradients without the one of its input', () => {
    const [a, b] = [new Conv2d(2, 3, [1, 2]), new Conv2d(2, 3, [1, 2])];
    const x = ndarray(
      Float64Array.from({ length: 24 }, (_, i) => Math.cos(i)),
      [2, 2, 2, 3],
    );
    const dout = a.forward(x);
    a.backward(dout);
    b.forward(x);
    b.backwardParams(dout);
    expect(b.grads).toEqual(a.grads);
  });

  it('names shapes, layer and rule', () => {
    const layer = new Conv2d(2, 3, [3, 2]);
    expect(() => layer.forward(zerosOf(1, 4, 5, 5))).toThrow(
      'Conv2d: x has shape [1, 4, 5, 5], but weight [3, 2, 3, 2] needs [S, 2, H >= 3, W >= 2]: ' +
        'samples, channels, height, width.',
    );
    expect(() => layer.forward(zerosOf(1, 2, 2, 5))).toThrow(RangeError);
    expect(() => layer.forward(zerosOf(2, 5, 5))).toThrow(RangeError);
    expect(() => layer.forward(ndarray(new Float32Array(50), [1, 2, 5, 5]))).toThrow(/x has dtype float32/);
    expect(() => layer.backward(zerosOf(1, 3, 3, 4))).toThrow(/Conv2d: backward before forward/);
    layer.forward(zerosOf(1, 2, 5, 5));
    expect(() => layer.backward(zerosOf(1, 3, 5, 5))).toThrow(
      'Conv2d: dout has shape [1, 3, 5, 5], but the last forward gave [1, 3, 3, 4]',
    );
    expect(() => new Conv2d(1, 1, 0)).toThrow('Conv2d: kernel height must be a whole number of 1 or more; got 0.');
  });
});
