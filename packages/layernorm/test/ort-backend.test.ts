// The same values and gradients on native kernels.
import { maxNormError } from '@cifarlab/gradcheck';
import { nativeCallCounts, registerOrtBackend, resetNativeCallCounts } from '@cifarlab/tfjs-backend-ort';
import type { NdArray } from 'ndarray';
import { beforeAll, describe, expect, it } from 'vitest';
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
    expect(nativeCallCounts().Mean!.native).toBeGreaterThan(0);
    // Twice those of the cpu backend, whose kernels add up in float64.
    const tolerance = title.endsWith('1e4') ? 1e-3 : 2e-6;
    for (const key of ['y', 'dx', 'dgamma', 'dbeta'] as const) {
      expect(maxNormError(actual[key] as NdArray, expected[key] as NdArray), key).toBeLessThan(tolerance);
    }
  });
});
