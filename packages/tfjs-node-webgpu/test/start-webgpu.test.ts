import { getBackend, matMul, memory, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { startedWebGpu, startWebGpu } from '../src/index.js';
import { startOrSkip } from './support/webgpu.js';

it('computes with TensorFlow.js, reports adapter, limits and memory, and leaves nothing behind', async (context) => {
  const globals = () => Object.getOwnPropertyNames(globalThis).filter((name) => /gpu|navigator|window/i.test(name));
  const before = globals();
  const webgpu = await startOrSkip(context);
  expect(getBackend()).toBe('webgpu');
  expect(webgpu.adapter).toMatchObject({ name: expect.stringMatching(/./), software: expect.any(Boolean) });
  expect(webgpu.limits.maxBufferSize).toBeGreaterThanOrEqual(2 ** 28);
  expect(Reflect.get(globalThis, 'navigator')?.gpu).toBe(undefined);

  const ones = new Float32Array(64 * 64).fill(1);
  const product = tidy(() => matMul(tensor2d(ones, [64, 64]), tensor2d(ones, [64, 64])));
  expect(new Set(await product.data())).toEqual(new Set([64]));
  expect(webgpu.memory().inUse).toBe(64 * 64 * 4);
  expect(webgpu.memory().allocated).toBeGreaterThanOrEqual(3 * 64 * 64 * 4);
  product.dispose();
  expect([memory().numTensors, webgpu.memory().inUse]).toEqual([0, 0]);

  await expect(startWebGpu({ software: true })).rejects.toThrow('This process has a backend "webgpu" already');
  expect(startedWebGpu()).toBe(webgpu);
  webgpu.close();
  expect(startedWebGpu()).toBe(undefined);
  expect(globals()).toEqual(before);

  // And once more, after it was closed.
  const again = await startOrSkip(context);
  expect([...(await tidy(() => matMul(tensor2d([[2]]), tensor2d([[3]]))).data())]).toEqual([6]);
  again.close();
});
