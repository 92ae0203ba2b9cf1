import { removeBackend } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { checkGradients } from '../src/index.js';
import { useBackend } from './support/backend.js';
import { collect } from './support/collect.js';

const options = { precisions: ['float32'], layers: ['smooth-activation', 'elu'] } as const;

it('kernels of webgpu are checked, and on cpu the ops that they stand for', { timeout: 120_000 }, async ({ skip }) => {
  const unavailable = await useBackend('webgpu');
  if (unavailable !== undefined) skip(unavailable);
  const kernels = [
    { layer: 'smooth-activation', code: 'tfjs-webgpu-kernels', passed: true },
    { layer: 'elu', code: 'tfjs-backend-webgpu', passed: true },
  ];
  expect((await collect(checkGradients(options))).slice(1)).toMatchObject([
    { layer: 'smooth-activation', code: 'tfjs-ops on cpu', passed: true },
    ...kernels,
  ]);
  removeBackend('cpu');
  const reason = expect.stringMatching(/^webgpu has a kernel for it; import @tensorflow\/tfjs-backend-cpu /);
  expect((await collect(checkGradients(options))).slice(1)).toMatchObject([
    { layer: 'smooth-activation', code: 'tfjs-ops', passed: null, reason },
    ...kernels,
  ]);
});
