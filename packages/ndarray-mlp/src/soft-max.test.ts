import ndarray from 'ndarray';
import { expect, it } from 'vitest';
import { SoftMax } from './index.js';

it('sums to 1 and does not overflow, in both precisions', () => {
  const logits = [1000, 1000, -1000, 0, 0, 0, 88, 89, 90];
  for (const data of [Float64Array.from(logits), Float32Array.from(logits)]) {
    const y = new SoftMax().forward(ndarray(data, [3, 3]));
    expect(Array.from(y.data.subarray(0, 3))).toEqual([0.5, 0.5, 0]);
    for (let s = 0; s < 3; s++) expect(y.get(s, 0) + y.get(s, 1) + y.get(s, 2)).toBeCloseTo(1, 6);
  }
});

it('names what is wrong', () => {
  const softmax = new SoftMax();
  expect(() => softmax.backward(ndarray(new Float64Array(4), [2, 2]))).toThrow(/SoftMax: backward before forward/);
  expect(() => softmax.forward(ndarray(new Float64Array(4)))).toThrow(
    'SoftMax: x has shape [4], but [S, C] is needed: one row of logits per sample.',
  );
});
