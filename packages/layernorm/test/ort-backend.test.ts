// The same values and gradients on native kernels.
import { maxNormError } from '@cifarlab/gradcheck';
import { RandomState } from '@cifarlab/numpy-random';
import { nativeCallCounts, registerOrtBackend, resetNativeCallCounts } from '@cifarlab/tfjs-backend-ort';
import type { NdArray } from 'ndarray';
import { beforeAll, describe, expect, it } from 'vitest';
import { fromValues, randomInputs } from './support/arrays.js';
import { golden } from './support/golden.js';
import { failOnLeaks, implementations, run } from './support/tensors.js';

beforeAll(() => {
  registerOrtBackend({ memoryLimit: 64 * 2 ** 20, nativeFrom: 1 });
});

failOnLeaks('ort');

describe.each(implementations)('%s on the backend ort', (_name, implementation) => {
  it.each(golden)('$title', ({ title, inputs, dy, epsilon, expected }) => {
    resetNativeCallCounts();
    const actual = run(implementation, inputs, dy, { epsilon });
    expect(nativeCallCounts().Sum!.native).toBeGreaterThan(0);
    // Twice that of the cpu backend at 1e4: sums are rounded to float32 at every step, not once at the end.
    const tolerance = title.endsWith('1e4') ? 1e-3 : 2e-6;
    for (const key of ['y', 'dx', 'dgamma', 'dbeta'] as const) {
      expect(maxNormError(actual[key] as NdArray, expected[key] as NdArray), key).toBeLessThan(tolerance);
    }
  });

  it('takes no rows at all', () => {
    const [inputs, dy] = [randomInputs(new RandomState(1), [0, 3]), fromValues([], [0, 3])];
    const { y, dgamma, dbeta } = run(implementation, inputs, dy);
    expect([y.shape, [...dgamma.data], [...dbeta.data]]).toEqual([
      [0, 3],
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });
});
