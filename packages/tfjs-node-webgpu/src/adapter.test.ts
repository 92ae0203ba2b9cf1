import { expect, it } from 'vitest';
import { chooseAdapter, describeAdapter } from './adapter.js';

/** An instance of WebGPU whose adapter is the one given. */
const gpuWith = (info: object | null) =>
  ({ requestAdapter: async (options: object) => (info === null ? null : { info, options }) }) as unknown as GPU;

const real = {
  vendor: 'nvidia',
  architecture: 'hopper',
  device: 'NVIDIA H200',
  description: '570.86',
  isFallbackAdapter: false,
};
const software = {
  vendor: 'google',
  architecture: 'swiftshader',
  device: '',
  description: 'SwiftShader 5',
  isFallbackAdapter: true,
};

it('takes a GPU, the faster one by default', async () => {
  const adapter = await chooseAdapter(gpuWith(real), {});
  expect(adapter).toMatchObject({ info: real, options: { powerPreference: 'high-performance' } });
  expect(describeAdapter(adapter)).toEqual({
    ...{ name: 'NVIDIA H200', vendor: 'nvidia', architecture: 'hopper', driver: '570.86', software: false },
  });
  const saving = await chooseAdapter(gpuWith(real), { powerPreference: 'low-power' });
  expect(saving).toMatchObject({ options: { powerPreference: 'low-power' } });
});

it('takes software on request only', async () => {
  await expect(chooseAdapter(gpuWith(software), {})).rejects.toMatchObject({
    name: 'WebGpuUnavailableError',
    code: 'SOFTWARE_ONLY',
    message: expect.stringMatching(/^the only adapter here is SwiftShader 5, which computes on the CPU/),
  });
  const adapter = await chooseAdapter(gpuWith(software), { software: true });
  expect(describeAdapter(adapter)).toMatchObject({ name: 'SwiftShader 5', software: true });
});

it('says what to do where there is no GPU', async () => {
  await expect(chooseAdapter(gpuWith(null), { software: true })).rejects.toMatchObject({
    code: 'NO_ADAPTER',
    message: expect.stringMatching(/install the driver of your GPU/),
  });
});
