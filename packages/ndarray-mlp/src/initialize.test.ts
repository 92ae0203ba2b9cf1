import { RandomState } from '@cifarlab/numpy-random';
import ops from 'ndarray-ops';
import { describe, expect, it } from 'vitest';
import { Conv2d, type Init, Linear } from './index.js';

const [IN, OUT] = [200, 300];
const make = (init: Init, dtype: 'float32' | 'float64' = 'float64') =>
  new Linear(IN, OUT, { init, rng: new RandomState(1), dtype }).params;
const std = (init: Init) => {
  const { weight } = make(init);
  return Math.sqrt(ops.norm2squared(weight) / weight.size);
};

describe('initialisation', () => {
  // 60,000 draws estimate a standard deviation to 0.3 % (one standard error).
  it.each([
    ['course', 1e-4],
    ['he', Math.sqrt(2 / IN)],
    ['glorot', Math.sqrt(2 / (IN + OUT))],
    ['pytorch', Math.sqrt(1 / (3 * IN))],
  ] as [Init, number][])('%s has the standard deviation %f', (init, expected) => {
    expect(std(init) / expected).toBeCloseTo(1, 1.7);
  });

  it.each([
    ['glorot', Math.sqrt(6 / (IN + OUT))],
    ['pytorch', 1 / Math.sqrt(IN)],
  ] as [Init, number][])('%s stays within its bound and reaches it', (init, bound) => {
    const largest = ops.norminf(make(init).weight);
    expect(largest).toBeLessThanOrEqual(bound);
    expect(largest).toBeGreaterThan(0.999 * bound);
  });

  it('gives biases their own draws with pytorch only', () => {
    expect(ops.norm2(make('pytorch').bias)).toBeGreaterThan(0);
    for (const init of ['course', 'he', 'glorot'] as const) expect(ops.norm2(make(init).bias)).toBe(0);
  });

  it('counts the kernel positions of a convolution in its fans', () => {
    const { weight } = new Conv2d(50, 30, [3, 2], { init: 'pytorch' }).params;
    const bound = 1 / Math.sqrt(50 * 3 * 2);
    expect(ops.norminf(weight)).toBeLessThanOrEqual(bound);
    expect(ops.norminf(weight)).toBeGreaterThan(0.99 * bound);
  });

  it('draws the same numbers in float32, rounded', () => {
    expect(Array.from(make('he', 'float32').weight.data)).toEqual(Array.from(make('he').weight.data, Math.fround));
  });
});
