import ndarray from 'ndarray';
import { describe, expect, it } from 'vitest';
import { zeros } from './float-array.js';
import { BatchNorm } from './index.js';

const column = (...values: number[]) => ndarray(Float64Array.from(values), [values.length, 1]);

describe('BatchNorm', () => {
  it('normalises with the biased variance, and keeps the unbiased one', () => {
    const norm = new BatchNorm(1, { epsilon: 0 });
    // Mean 3, biased variance 8/3, unbiased 4.
    const y = norm.forward(column(1, 3, 5));
    const std = Math.sqrt(8 / 3);
    [-2 / std, 0, 2 / std].forEach((expected, s) => {
      expect(y.get(s, 0)).toBeCloseTo(expected, 14);
    });
    expect(norm.buffers.running_mean.get(0, 0)).toBeCloseTo(0.1 * 3, 14);
    expect(norm.buffers.running_var.get(0, 0)).toBeCloseTo(0.9 * 1 + 0.1 * 4, 14);
    norm.forward(column(1, 3, 5));
    expect(norm.buffers.running_mean.get(0, 0)).toBeCloseTo(0.9 * 0.3 + 0.1 * 3, 14);
  });

  it('uses the running statistics in evaluation, and leaves them as they are', () => {
    const norm = new BatchNorm(1, { epsilon: 0.5, momentum: 1 });
    norm.forward(column(1, 3, 5));
    norm.params.weight.set(0, 0, 2);
    norm.params.bias.set(0, 0, 7);
    const y = norm.forward(column(6), 'evaluation');
    expect(y.get(0, 0)).toBeCloseTo(7 + (2 * (6 - 3)) / Math.sqrt(4.5), 14);
    expect([norm.buffers.running_mean.get(0, 0), norm.buffers.running_var.get(0, 0)]).toEqual([3, 4]);
  });

  it.each([
    ['float64', 1e-10],
    ['float32', 1e-3],
  ] as const)('centres before it squares: a mean of 1e4 costs few digits in %s', (dtype, tolerance) => {
    // Sixteenths are exact in float32 at 1e4, so that both inputs differ by their mean alone.
    const values = Array.from({ length: 32 }, (_, i) => ((i * 7) % 32) / 16 - 1);
    const [far, near] = [1e4, 0].map((mean) => {
      const x = zeros([32, 1], dtype);
      x.data.set(values.map((value) => value + mean));
      return new BatchNorm(1, { dtype }).forward(x);
    });
    for (let s = 0; s < 32; s++) {
      expect(Math.abs(far!.get(s, 0) - near!.get(s, 0))).toBeLessThan(tolerance);
    }
  });

  it('gives zeros for a constant column', () => {
    const y = new BatchNorm(1).forward(column(5, 5, 5));
    expect(Array.from(y.data)).toEqual([0, 0, 0]);
  });

  it('refuses one value per channel in training, and changes nothing then', () => {
    const norm = new BatchNorm(1);
    expect(() => norm.forward(column(5))).toThrow(
      'BatchNorm: 1 value per channel in training mode, but a variance needs 2 or more; ' +
        "use larger batches, or forward(x, 'evaluation').",
    );
    expect(norm.buffers.running_mean.get(0, 0)).toBe(0);
    expect(norm.forward(column(5), 'evaluation').get(0, 0)).toBeCloseTo(5, 4);
  });

  it('names what is wrong', () => {
    const norm = new BatchNorm(2);
    expect(() => norm.forward(column(1, 2))).toThrow('BatchNorm: x has shape [2, 1], but [S, 2] is needed.');
    expect(() => norm.forward(ndarray(new Float32Array(4), [2, 2]))).toThrow(/BatchNorm: x has dtype float32/);
    expect(() => norm.backward(column(1))).toThrow(/BatchNorm: backward before forward/);
    expect(() => norm.forward(ndarray(new Float64Array(4), [2, 2]), 'eval' as 'evaluation')).toThrow(
      'BatchNorm: mode must be one of training, evaluation; got "eval".',
    );
    expect(() => new BatchNorm(0)).toThrow(/BatchNorm: features must be .* got 0/);
    expect(() => new BatchNorm(1, { epsilon: -1 })).toThrow(
      'BatchNorm: epsilon must be a finite number of 0 or more; got -1.',
    );
    expect(() => new BatchNorm(1, { momentum: 1.5 })).toThrow(
      'BatchNorm: momentum must be a number from 0 to 1; got 1.5.',
    );
  });
});
