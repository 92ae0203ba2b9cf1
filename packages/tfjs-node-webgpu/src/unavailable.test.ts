import { expect, it } from 'vitest';
import { loadDawn } from './dawn.js';
import { openDevice } from './device.js';
import { explainMissingDriver } from './driver.js';

it('misses the loader of Vulkan drivers on Linux alone', () => {
  const asked: string[] = [];
  const canLoad = (library: string) => {
    asked.push(library);
    return false;
  };
  expect(explainMissingDriver(canLoad, 'linux')).toMatch(
    /^libvulkan\.so\.1 cannot be loaded, .*; install the package libvulkan1/,
  );
  expect([explainMissingDriver(canLoad, 'darwin'), explainMissingDriver(canLoad, 'win32')]).toEqual([
    undefined,
    undefined,
  ]);
  expect(explainMissingDriver(() => true, 'linux')).toBe(undefined);
  expect(asked).toEqual(['libvulkan.so.1']);
});

it('says why the native library cannot be loaded', async () => {
  const cause = new Error('GLIBC_2.38 not found');
  await expect(loadDawn(() => Promise.reject(cause))).rejects.toMatchObject({
    ...{ name: 'WebGpuUnavailableError', code: 'LOAD_FAILED', cause },
    message: expect.stringMatching(
      /^the native library of the package webgpu cannot be loaded on .*: GLIBC_2\.38 not found; /,
    ),
  });
});

it('says why there is no device, of which it asks all that the adapter has', async () => {
  const cause = new Error('out of memory');
  let asked: GPUDeviceDescriptor | undefined;
  const adapter = {
    features: new Set(['timestamp-query', 'clip-distances']),
    limits: { maxBufferSize: 7, maxStorageBufferBindingSize: 6, maxTextureDimension1D: 5 },
    requestDevice: (descriptor: GPUDeviceDescriptor) => {
      asked = descriptor;
      return Promise.reject(cause);
    },
  } as unknown as GPUAdapter;
  await expect(openDevice(adapter)).rejects.toMatchObject({ code: 'NO_DEVICE', cause });
  expect(asked).toMatchObject({
    requiredFeatures: ['timestamp-query'],
    requiredLimits: { maxBufferSize: 7, maxStorageBufferBindingSize: 6 },
  });
  expect(asked?.requiredLimits).not.toHaveProperty('maxTextureDimension1D');
});
