import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ORT_VERSION, ortRuntime } from '@cifarlab/ort-runtime';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { definition, integers, type Layout, matrix, plain, rowsOf } from '../test/support/matrices.js';
import { stubLoadingError, stubWithoutNode } from '../test/support/without-node.js';
import { GemmEngineError, gemm, gemmEngine, gemmEngineDetails, setGemmEngine } from './index.js';

const CHOSEN = Symbol.for('@cifarlab/gemm engine');

beforeEach(() => {
  vi.stubEnv('CIFARLAB_GEMM_ENGINE', '');
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  delete (globalThis as Record<symbol, unknown>)[CHOSEN];
});

/** Returns how many products of a call went to ONNX Runtime; the result is checked too. */
function nativeProducts(size: number, how: Layout = plain, howB: Layout = how): number {
  const session = vi.spyOn(ortRuntime(), 'session');
  const [c, a, b] = [how, how, howB].map((one, i) => matrix(size, size, one, integers(i)));
  gemm(c, a, b);
  expect(rowsOf(c).map((row) => row.map((x) => x + 0))).toEqual(
    definition(c, a, b).map((row) => row.map((x) => x + 0)),
  );
  return session.mock.calls.length;
}

describe('with @cifarlab/ort-runtime', () => {
  it('nothing is chosen or loaded before the first use', async () => {
    vi.resetModules();
    const index = await import('./index.js');
    expect(CHOSEN in globalThis && (globalThis as Record<symbol, unknown>)[CHOSEN]).toBeFalsy();
    expect(index.gemmEngine()).toBe('ort');
  });

  it('large products of one type run on it, others do not', () => {
    expect(gemmEngineDetails()).toEqual({ engine: 'ort', threads: ortRuntime().threads, version: ORT_VERSION });
    const single = { ...plain, FloatArray: Float32Array };
    expect(nativeProducts(64)).toBe(1);
    vi.restoreAllMocks();
    expect(nativeProducts(64, single)).toBe(1);
    vi.restoreAllMocks();
    expect(nativeProducts(4)).toBe(0);
    vi.restoreAllMocks();
    expect(nativeProducts(64, plain, single)).toBe(0);
  });

  it('a copy that costs more than it saves is not made', () => {
    const session = vi.spyOn(ortRuntime(), 'session');
    const wide = matrix(200, 300, { ...plain, steps: [1, 2] }, integers(1));
    const column = matrix(300, 1, plain, integers(2));
    const c = matrix(200, 1, plain, integers(3));
    gemm(c, wide, column);
    expect(session).not.toHaveBeenCalled();
    gemm(c, matrix(200, 300, plain, integers(1)), column);
    expect(session).toHaveBeenCalledOnce();
  });

  it('goes on after its owner disposed of it', () => {
    setGemmEngine('ort');
    nativeProducts(64);
    vi.restoreAllMocks();
    ortRuntime().dispose();
    expect(nativeProducts(64)).toBe(1);
  });

  it('refuses another number of threads than ONNX Runtime runs with, and stays as it was', () => {
    setGemmEngine('javascript');
    const { threads } = ortRuntime();
    for (const engine of ['auto', 'ort'] as const) {
      expect(() => setGemmEngine(engine, { threads: threads + 1 })).toThrow(RangeError);
      expect(() => setGemmEngine(engine, { threads: 0.5 })).toThrow(/threads is 0.5/);
      expect(gemmEngine()).toBe('javascript');
    }
    expect(setGemmEngine('auto', { threads })).toBe('ort');
  });
});

describe('without it', () => {
  it.each<[what: string, stub: () => void, reason: RegExp]>([
    ['where there is no Node', stubWithoutNode, /^ONNX Runtime needs Node 20\.16/],
    [
      'where it is not installed',
      () => stubLoadingError(Object.assign(new Error('Cannot find module'), { code: 'MODULE_NOT_FOUND' })),
      /^@cifarlab\/ort-runtime is not installed; install it/,
    ],
    ['where it breaks', () => stubLoadingError(new Error('it is broken')), /^it is broken$/],
  ])('%s, products run on WebAssembly, and the reason is told', (_, stub, reason) => {
    stub();
    expect(gemmEngine()).toBe('wasm-simd');
    expect(gemmEngineDetails()).toEqual({
      engine: 'wasm-simd',
      threads: 1,
      reason: expect.stringMatching(reason),
    });
    expect(() => setGemmEngine('ort')).toThrow(GemmEngineError);
    expect(() => setGemmEngine('ort')).toThrow(
      expect.objectContaining({
        engine: 'ort',
        message: expect.stringMatching(/^The engine 'ort' is not available here: /),
      }),
    );
    expect(gemmEngine()).toBe('wasm-simd');
    vi.unstubAllGlobals();
    expect(nativeProducts(64)).toBe(0);
  });
});

describe('the choice', () => {
  it.each(['wasm-simd', 'javascript'] as const)('%s by name', (engine) => {
    expect(setGemmEngine(engine)).toBe(engine);
    expect(gemmEngineDetails()).toEqual({ engine, threads: 1, reason: `${engine} was asked for.` });
    expect(nativeProducts(64)).toBe(0);
  });

  it('by the environment, for auto only', () => {
    vi.stubEnv('CIFARLAB_GEMM_ENGINE', 'javascript');
    expect(gemmEngine()).toBe('javascript');
    expect(setGemmEngine('wasm-simd')).toBe('wasm-simd');
    expect(setGemmEngine('auto')).toBe('javascript');
  });

  it('of an unknown engine is refused with the list', () => {
    const list = 'choose from auto, ort, wasm-simd, javascript.';
    expect(() => setGemmEngine('blas' as 'ort')).toThrow(new RangeError(`The engine is "blas"; ${list}`));
    vi.stubEnv('CIFARLAB_GEMM_ENGINE', 'blas');
    expect(() => gemmEngine()).toThrow(new RangeError(`CIFARLAB_GEMM_ENGINE is "blas"; ${list}`));
  });
});

describe('the builds', () => {
  const dist = (file: string) => fileURLToPath(new URL(`../dist/${file}`, import.meta.url));
  const print = 'console.log(before === undefined, gemmEngine(), gemmEngineDetails().reason)';
  const before = `const before = globalThis[Symbol.for('@cifarlab/gemm engine')];`;

  it.each([
    ['ESM', `import { gemmEngine, gemmEngineDetails } from ${JSON.stringify(dist('index.js'))}; ${before} ${print}`],
    [
      'CommonJS',
      `const { gemmEngine, gemmEngineDetails } = require(${JSON.stringify(dist('index.cjs'))}); ${before} ${print}`,
    ],
  ])('%s finds ONNX Runtime at the first use', (kind, code) => {
    const type = kind === 'ESM' ? ['--input-type=module'] : [];
    expect(execFileSync(process.execPath, [...type, '-e', code], { encoding: 'utf8' })).toBe('true ort undefined\n');
  });

  it('import nothing of Node, so that browsers can load them', () => {
    for (const file of ['index.js', 'index.cjs']) {
      const imports = readFileSync(dist(file), 'utf8').match(/(?:from |require\()["'][^"']+["']/g) ?? [];
      expect(imports).toEqual([]);
    }
  });
});
