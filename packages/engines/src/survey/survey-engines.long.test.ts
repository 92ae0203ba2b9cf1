import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { install, installTfjs } from '../../test/support/fake-tfjs-node.js';
import { useWorkspace } from '../../test/support/workspace.js';
import { type EngineFinding, surveyEngines } from './survey-engines.js';

const workspace = useWorkspace();

beforeAll(async () => {
  // pnpm lets what it starts find the packages of the whole repository there.
  vi.stubEnv('NODE_PATH', undefined);
  await installTfjs(workspace());
  await install(workspace(), '@tensorflow/tfjs-node', 'process.abort();');
  await install(workspace(), '@tensorflow/tfjs-node-gpu', "throw new Error('it is not here\\nat all');");
});
afterAll(() => vi.unstubAllEnvs());

it('finds what works, how fast, and why the rest does not', { timeout: 120_000 }, async () => {
  const tried: string[] = [];
  const findings = await surveyEngines({
    ...{ folder: workspace(), seconds: 0.05, threads: 1 },
    onTry: ({ family, name }) => tried.push(`${family} ${name}`),
  });
  expect(findings.map(({ family, name }) => `${family} ${name}`)).toEqual(tried);
  expect(tried).toEqual([
    ...['ort', 'tfjs-node-gpu', 'tfjs-node', 'webgpu', 'wasm', 'cpu'].map((name) => `tensorflow.js ${name}`),
    ...['ort', 'wasm', 'cpu'].map((name) => `ndarray ${name}`),
  ]);
  const find = (family: string, name: string) =>
    findings.find((engine) => engine.family === family && engine.name === name)!;
  const speed = { product: expect.any(Number), convolution: expect.any(Number) };
  expect(find('tensorflow.js', 'cpu')).toMatchObject({ available: true, threads: 1, ...speed });
  expect(find('ndarray', 'wasm')).toMatchObject({ available: true, threads: 1, convolution: null });
  for (const engine of findings) {
    if (!engine.available) expect(engine.reason).not.toBe('');
    else {
      expect(engine.threads).toBe(engine.name === 'webgpu' ? null : 1);
      expect(engine.product).toBeGreaterThan(0);
    }
  }
  const reason = (name: string) => (find('tensorflow.js', name) as EngineFinding & { available: false }).reason;
  // Windows has no signals: there the process just ends.
  expect(reason('tfjs-node')).toMatch(/^it crashed its process \(SIGABRT\)|^its process ended with code/);
  // The second on a machine with a GPU.
  expect(reason('tfjs-node-gpu')).toMatch(
    /^no NVIDIA driver: |^tfjs-node-gpu runs on Linux|^@tensorflow\/tfjs-node-gpu cannot be started: it is not here at all$/,
  );
  // Nothing on a machine with a GPU that WebGPU can use.
  expect(reason('webgpu') ?? 'software').toMatch(/software|libvulkan\.so\.1 cannot be loaded|WebGPU finds no GPU here/);
});
