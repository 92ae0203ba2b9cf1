// The same values and gradients on a GPU.
import { maxNormError } from '@cifarlab/gradcheck';
import { setBackend } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { startOrSkip } from '../../tfjs-node-webgpu/test/support/webgpu.js';
import { golden } from './support/golden.js';
import { failOnLeaks, implementations, runQueued } from './support/tensors.js';

failOnLeaks();

describe.each(implementations)('%s on the backend webgpu', { timeout: 120_000 }, (_name, implementation) => {
  it.for(golden)('$title', async ({ title, inputs, dy, epsilon, expected }, context) => {
    await startOrSkip(context);
    await setBackend('webgpu');
    const actual = await runQueued(implementation, inputs, dy, { epsilon });
    const tolerance = title.endsWith('1e4') ? 1e-3 : 2e-6;
    for (const key of ['y', 'dx', 'dgamma', 'dbeta'] as const) {
      expect(maxNormError(actual[key], expected[key]), key).toBeLessThan(tolerance);
    }
  });
});
