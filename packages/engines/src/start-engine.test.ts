import { gemmEngineDetails } from '@cifarlab/gemm';
import { probeOrtRuntime } from '@cifarlab/ort-runtime';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { EngineError } from './engine-error.js';
import { restartEngine, startEngine } from './start-engine.js';

const ort = probeOrtRuntime();
afterEach(() => vi.unstubAllEnvs());

async function failureOf(starting: Promise<unknown>): Promise<EngineError> {
  const error = await starting.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(EngineError);
  return error as EngineError;
}

describe('startEngine', () => {
  it('puts TensorFlow.js on the engine asked for, with its gradients', async () => {
    const engine = await startEngine({ family: 'tensorflow.js', engine: 'cpu' });
    expect(engine).toMatchObject({
      ...{ family: 'tensorflow.js', name: 'cpu', device: 'cpu', threads: 1, warnings: [] },
      ...{ version: `tfjs-backend-cpu ${tf.version_core}`, record: { name: 'tfjs cpu', threads: 1 } },
      software: {
        '@cifarlab/tfjs-backend-ort': expect.stringMatching(/^\d+\.\d+\.\d+/),
        '@tensorflow/tfjs-core': tf.version_core,
        engine: `tfjs-backend-cpu ${tf.version_core}`,
      },
    });
    expect([engine.reason, engine.memoryLimit]).toEqual([undefined, undefined]);
    expect(tf.getBackend()).toBe('cpu');
    const square = tf.grad((x) => tf.square(x));
    expect([...(await square(tf.scalar(3)).data())]).toEqual([6]);
  });

  it('has ndarrays multiplied by the engine asked for', async () => {
    const engine = await startEngine({ family: 'ndarray', engine: 'wasm' });
    expect(engine).toMatchObject({ name: 'wasm', version: 'WebAssembly SIMD', threads: 1 });
    expect(engine.software).toEqual({ '@cifarlab/gemm': expect.stringMatching(/^\d+\.\d+\.\d+/) });
    expect(engine.record).toEqual({ name: 'gemm wasm-simd', threads: 1 });
    expect(gemmEngineDetails().engine).toBe('wasm-simd');
    await startEngine({ family: 'ndarray', engine: 'cpu' });
    expect(gemmEngineDetails().engine).toBe('javascript');
  });

  it.each(['tensorflow.js', 'ndarray'] as const)('auto takes ort for %s where that works', async (family) => {
    const engine = await startEngine({ family });
    if (!ort.available) {
      expect(engine.reason).not.toBe(undefined);
      return;
    }
    expect(engine).toMatchObject({ name: 'ort', threads: ort.runtime.threads, reason: undefined });
    expect(engine.version).toBe(`ONNX Runtime ${ort.runtime.version}`);
    expect(engine.memoryLimit === undefined).toBe(family === 'ndarray');
  });

  it('auto takes what the variable of gemm names, and says why', async () => {
    vi.stubEnv('CIFARLAB_GEMM_ENGINE', 'javascript');
    expect(await startEngine({ family: 'ndarray', threads: 3 })).toMatchObject({
      ...{ name: 'cpu', threads: 1, reason: 'javascript was asked for.' },
    });
    vi.stubEnv('CIFARLAB_GEMM_ENGINE', 'abacus');
    const error = await failureOf(startEngine({ family: 'ndarray' }));
    expect(error).toMatchObject({ code: 'UNAVAILABLE', engine: 'auto', alternatives: ['ort', 'wasm', 'cpu'] });
    expect(error.message).toMatch(
      /^No engine for ndarray works here: CIFARLAB_GEMM_ENGINE is "abacus"; .*\. Use one of/,
    );
  });

  it('says what is missing and what else there is', async () => {
    vi.stubEnv('NODE_PATH', undefined);
    const error = await failureOf(startEngine({ family: 'tensorflow.js', engine: 'tfjs-node', folder: '/' }));
    expect(error).toMatchObject({
      code: 'UNAVAILABLE',
      family: 'tensorflow.js',
      engine: 'tfjs-node',
      threads: undefined,
    });
    expect(error.reason).toMatch(
      /^@tensorflow\/tfjs-node is not installed in \/; turn it on with: npm install @tensorflow\/tfjs-node@/,
    );
    expect(error.alternatives).toEqual(['auto', 'ort', 'tfjs-node-gpu', 'webgpu', 'cpu']);
    expect(error.message).toBe(
      `The engine "tfjs-node" for tensorflow.js does not work here: ${error.reason}. Use one of auto, ort, tfjs-node-gpu, webgpu, cpu`,
    );
    expect(error.cause).toBeInstanceOf(Error);
  });

  it('knows its names', async () => {
    const error = await failureOf(startEngine({ family: 'ndarray', engine: 'tfjs-node' as 'cpu' }));
    expect(error.code).toBe('UNKNOWN');
    expect(error.message).toMatch(/^There is no engine "tfjs-node" for ndarray: .* Use one of auto, ort, wasm, cpu$/);
  });

  it('refuses several threads for an engine with one, and takes one', async () => {
    const error = await failureOf(startEngine({ family: 'tensorflow.js', engine: 'cpu', threads: 2 }));
    expect(error).toMatchObject({ code: 'ONE_THREAD', threads: 2 });
    expect(error.alternatives).toEqual(['ort', 'tfjs-node-gpu', 'tfjs-node', 'webgpu']);
    expect(error.message).toMatch(
      /^The engine "cpu" for tensorflow\.js does not compute with 2 threads: it has one\. /,
    );
    expect((await startEngine({ family: 'ndarray', engine: 'wasm', threads: 1 })).threads).toBe(1);
  });

  it.runIf(ort.available).each(['tensorflow.js', 'ndarray'] as const)(
    'refuses another number of threads for %s than this process has, by name and by auto',
    async (family) => {
      for (const engine of ['ort', 'auto'] as const) {
        const error = await failureOf(startEngine({ family, engine, threads: 1000 }));
        expect(error).toMatchObject({ code: 'THREADS', engine: family === 'ndarray' ? engine : 'ort', threads: 1000 });
        expect(error.reason).toMatch(/1000/);
      }
    },
  );
});

describe('restartEngine', () => {
  it('starts what is recorded', async () => {
    const { record } = await startEngine({ family: 'ndarray', engine: 'cpu' });
    expect(await restartEngine(record, { family: 'ndarray' })).toMatchObject({ name: 'cpu', record });
  });

  it('starts what is asked for instead', async () => {
    const record = { name: 'gemm javascript', threads: 1 };
    expect((await restartEngine(record, { family: 'ndarray', engine: 'wasm' })).name).toBe('wasm');
    expect((await failureOf(restartEngine(record, { family: 'ndarray', threads: 2 }))).code).toBe('ONE_THREAD');
  });

  it.each([
    ['does not work here', 'tfjs tfjs-node', 1],
    ['this version does not know', 'tfjs quantum', 1],
    ['had threads that this process cannot have', 'tfjs ort', 1000],
  ])('starts the fastest one where the recorded engine %s', async (_, name, threads) => {
    vi.stubEnv('NODE_PATH', undefined);
    const fastest = await startEngine({ family: 'tensorflow.js' });
    const started = await restartEngine({ name, threads }, { family: 'tensorflow.js', folder: '/' });
    expect(started.record).toEqual(fastest.record);
  });
});
