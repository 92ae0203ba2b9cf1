import * as tf from '@tensorflow/tfjs-core';
import { afterAll, expect, it, vi } from 'vitest';
import type { OrtBackend } from './backend/ort-backend.js';

afterAll(() => tf.removeBackend('ort'));

it('importing registers no backend and no kernel', async () => {
  await import('./index.js');
  expect(tf.engine().backendNames()).toEqual([]);
  expect(tf.getKernelsForBackend('cpu')).toEqual([]);
  expect(tf.getKernelsForBackend('ort')).toEqual([]);
});

it('without the library, the reason is thrown and no backend is touched', async () => {
  vi.doMock('@cifarlab/ort-runtime', () => ({
    ortRuntime: () => {
      throw new Error('no library');
    },
  }));
  vi.resetModules();
  const { registerOrtBackend } = await import('./index.js');
  expect(() => registerOrtBackend()).toThrow('no library');
  expect(tf.engine().backendNames()).toEqual([]);
  vi.doUnmock('@cifarlab/ort-runtime');
  vi.resetModules();
});

it('registers ort, ahead of cpu, with all of its kernels', async () => {
  const { registerOrtBackend } = await import('./index.js');
  expect(registerOrtBackend({ threads: 1, memoryLimit: 2 ** 20 })).toBe(true);
  await tf.ready();
  expect(tf.getBackend()).toBe('ort');
  const names = (backend: string) => tf.getKernelsForBackend(backend).map(({ kernelName }) => kernelName);
  expect(names('ort')).toEqual(expect.arrayContaining(names('cpu')));
  const { tensors, kernelContext } = tf.backend() as OrtBackend;
  expect(tensors.arena.statistics().capacity).toBe(2 ** 20);
  expect(kernelContext.runtime.threads).toBe(1);
  expect(tf.tidy(() => tf.add(1, 2).dataSync()[0])).toBe(3);
});

it('a second registration changes nothing; after removal it takes new options, without warnings', async () => {
  const { registerOrtBackend } = await import('./index.js');
  const warn = vi.fn();
  vi.stubGlobal('console', { ...console, warn });
  expect(registerOrtBackend({ memoryLimit: 2 ** 21 })).toBe(false);
  expect((tf.backend() as OrtBackend).tensors.arena.statistics().capacity).toBe(2 ** 20);
  tf.removeBackend('ort');
  expect(registerOrtBackend({ memoryLimit: 2 ** 21 })).toBe(true);
  await tf.setBackend('ort');
  expect((tf.backend() as OrtBackend).tensors.arena.statistics().capacity).toBe(2 ** 21);
  expect(warn.mock.calls).toEqual([]);
  vi.unstubAllGlobals();
});
