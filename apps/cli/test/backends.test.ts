import type { EngineFinding } from '@cifarlab/engines';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { callCli } from './support/cli.js';

type Found = EngineFinding & { library: string };

afterEach(() => vi.unstubAllEnvs());

describe('backends', () => {
  it('prints one JSON object, and what it tries', { timeout: 120_000 }, async () => {
    const { code, stdout, stderr } = await callCli('backends', '--json', '--seconds', '0', '--threads', '1');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^trying ort for TensorFlow\.js \(float32\) …$/m);
    expect(stdout.trimEnd().split('\n')).toHaveLength(1);
    const { backends, machine, node } = JSON.parse(stdout) as { backends: Found[]; machine: object; node: string };
    expect(node).toBe(process.versions.node);
    expect(machine).toHaveProperty('cpu');
    expect(backends.map(({ library, name }) => `${library} ${name}`)).toEqual([
      ...['ort', 'tfjs-node-gpu', 'tfjs-node', 'webgpu', 'wasm', 'cpu'].map((name) => `tensorflow.js ${name}`),
      ...['ort', 'wasm', 'cpu'].map((name) => `ndarray ${name}`),
    ]);
    expect(backends.at(-1)).toEqual({
      ...{ library: 'ndarray', name: 'cpu', available: true, version: 'JavaScript', threads: 1 },
      ...{ product: null, convolution: null },
    });
  });

  it('prints a table; without the native library the reason stands in it', { timeout: 120_000 }, async () => {
    vi.stubEnv('CIFARLAB_ORT', 'off');
    const { code, stdout, stderr } = await callCli('backends', '--seconds', '0', '--quiet');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(
      stdout.match(/^ {2}ort +no: switched off by CIFARLAB_ORT=off; unset it to use ONNX Runtime\.$/gm),
    ).toHaveLength(2);
    expect(stdout).toMatch(/^ {2}cpu +tfjs-backend-cpu 4\.\d+\.\d+ +1 +- +-$/m);
    expect(stdout).toMatch(/^ {2}cpu +JavaScript +1 +-$/m);
  });

  it.each([
    ['--seconds', '-1', /It must be a number of 0 or more/],
    ['--threads', '0', /It must be a whole number from 1 to 1024/],
  ])('refuses %s %s', async (flag, value, message) => {
    const { code, stderr } = await callCli('backends', flag, value);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });

  it('is in the help', async () => {
    expect((await callCli('--help')).stdout).toMatch(/^ {2}backends \[options\] +engines for --backend/m);
  });
});
