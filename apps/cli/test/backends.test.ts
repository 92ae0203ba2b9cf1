import type { EngineFinding } from '@cifarlab/engines';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { install, installTfjs } from '../../../packages/engines/test/support/fake-tfjs-node.js';
import { callCli, spawnCli } from './support/cli.js';
import { useWorkspace } from './support/workspace.js';

const workspace = useWorkspace();
type Found = EngineFinding & { library: string };

const find = (found: readonly Found[], library: string, name: string) =>
  found.find((backend) => backend.library === library && backend.name === name)!;

beforeAll(async () => {
  await installTfjs(workspace());
  await install(workspace(), '@tensorflow/tfjs-node', 'process.abort();');
  await install(workspace(), '@tensorflow/tfjs-node-gpu', "throw new Error('it is not here\\nat all');");
});
afterEach(() => vi.unstubAllEnvs());

describe('backends', () => {
  it('says as JSON what works, how fast, and why the rest does not', { timeout: 60_000 }, async () => {
    const { code, stdout, stderr } = await spawnCli(['backends', '--json', '--seconds', '0.05', '--threads', '1'], {
      cwd: workspace(),
    }).ended;
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
    const speed = { product: expect.any(Number), convolution: expect.any(Number) };
    expect(find(backends, 'tensorflow.js', 'cpu')).toMatchObject({ available: true, threads: 1, ...speed });
    expect(find(backends, 'ndarray', 'wasm')).toMatchObject({ available: true, threads: 1, convolution: null });
    for (const backend of backends) {
      if (!backend.available) expect(backend.reason).not.toBe('');
      else {
        expect(backend.threads).toBe(1);
        expect(backend.product).toBeGreaterThan(0);
      }
    }
    const reason = (name: string) => (find(backends, 'tensorflow.js', name) as { reason: string }).reason;
    // Windows has no signals: there the process just ends.
    expect(reason('tfjs-node')).toMatch(/^it crashed its process \(SIGABRT\)|^its process ended with code/);
    // The second on a machine with a GPU.
    expect(reason('tfjs-node-gpu')).toMatch(
      /^no NVIDIA driver: |^tfjs-node-gpu runs on Linux|^@tensorflow\/tfjs-node-gpu cannot be started: it is not here at all$/,
    );
    expect(reason('webgpu')).toMatch(/^webgpu is not installed in .*; turn it on with: npm install webgpu /);
  });

  it('prints a table; without the native library the reason stands in it', { timeout: 60_000 }, async () => {
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
    ['--seconds', '-1', /It must be a number from 0 up/],
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
