// The suite leaves no hand-written gradient out: those that the packages have are found here by what it takes to write
// one, and each must have a row whose check runs it.
import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as layernorm from '@cifarlab/layernorm/ndarray';
import * as ndarrayMlp from '@cifarlab/ndarray-mlp';
import { probeOrtRuntime } from '@cifarlab/ort-runtime';
import { nativeCallCounts, registerOrtBackend, resetNativeCallCounts } from '@cifarlab/tfjs-backend-ort';
import { getKernel, removeBackend, setBackend } from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { checkTensors } from '../src/check-float32.js';
import { checkFloat64 } from '../src/check-float64.js';
import type { TensorflowCase } from '../src/gradient-case.js';
import { gradientCases, layerNames } from '../src/index.js';
import { useBackend } from './support/backend.js';
import { ndarrayCases, tensorflowCases } from './support/cases.js';

const SEED = 42;
const ort = probeOrtRuntime();
const packages = fileURLToPath(new URL('../../../packages', import.meta.url));

/** Returns the TypeScript sources of all packages, tests aside, by path with slashes. */
function sources(): Map<string, string> {
  const folders = readdirSync(packages).map((name) => join(packages, name, 'src'));
  const paths = folders.flatMap((folder) => {
    try {
      return readdirSync(folder, { recursive: true }).map((path) => join(folder, String(path)));
    } catch (error) {
      // A package that has nothing but a library.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  });
  const code = paths.filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'));
  return new Map(
    code.map((path) => [path.slice(packages.length + 1).replaceAll(sep, '/'), readFileSync(path, 'utf8')]),
  );
}

/** Returns the kernels of a package, by the names that TensorFlow.js and tfjs-ops call them by. */
function kernelsIn(name: string): string[] {
  return [...sources()]
    .filter(([path]) => path.startsWith(`${name}/src/kernels/`))
    .flatMap(([, text]) => [...text.matchAll(/^ {2}(?:kernelName: '(\w+)'|([A-Z]\w+): \{)/gm)])
    .map(([, own, inMap]) => (own ?? inMap)!);
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('on ndarrays', () => {
  const exported: [name: string, value: unknown][] = Object.entries({ ...ndarrayMlp, ...layernorm });
  const classes = exported.filter(
    (entry): entry is [string, { prototype: { backward(): unknown } }] =>
      typeof entry[1] === 'function' && typeof entry[1].prototype?.backward === 'function',
  );

  it('there are classes with a backward pass', () => {
    expect(classes.map(([name]) => name)).toEqual(expect.arrayContaining(['Linear', 'Conv2d', 'LayerNorm']));
  });

  it.each(classes)('%s has a row of its own, which runs its backward pass', (name, { prototype }) => {
    const row = ndarrayCases.find(({ layer }) => layer.replaceAll('-', '') === name.toLowerCase());
    expect(row?.layer).toBeDefined();
    const backward = vi.spyOn(prototype, 'backward');
    expect(checkFloat64(row!, SEED, 1).passed).toBe(true);
    expect(backward).toHaveBeenCalled();
  });

  it('no row has nothing to check', () => {
    for (const subject of ndarrayCases) expect(checkFloat64(subject, SEED, 1).inputs).not.toEqual([]);
  });
});

describe('in the sources', () => {
  /** A method that is a backward pass, or a call that records a gradient with TensorFlow.js. */
  const marks = /^ *(?:override )?backward\(.*\{$|(?<!function )\b(?:runCustomOp|customGrad|registerGradient)\(/m;

  /** The row about what each of them has. */
  const rows: Record<string, [layer: string, code: string]> = {
    'layernorm/src/layer-norm.ts': ['layer-norm', 'layernorm'],
    'layernorm/src/ndarray/layer-norm-module.ts': ['layer-norm', 'layernorm/ndarray'],
    // The base class of elu, relu, leaky-relu and tanh.
    'ndarray-mlp/src/activation.ts': ['elu', 'ndarray-mlp'],
    'ndarray-mlp/src/batch-norm.ts': ['batch-norm', 'ndarray-mlp'],
    'ndarray-mlp/src/conv2d.ts': ['conv2d', 'ndarray-mlp'],
    'ndarray-mlp/src/cross-entropy.ts': ['cross-entropy', 'ndarray-mlp'],
    'ndarray-mlp/src/linear.ts': ['linear', 'ndarray-mlp'],
    'ndarray-mlp/src/mlp.ts': ['mlp', 'ndarray-mlp'],
    'ndarray-mlp/src/soft-max-cross-entropy.ts': ['softmax-cross-entropy', 'ndarray-mlp'],
    'ndarray-mlp/src/soft-max.ts': ['softmax', 'ndarray-mlp'],
    'tfjs-ops/src/activation/smooth-activation.ts': ['smooth-activation', 'tfjs-ops'],
    'tfjs-ops/src/batch-norm/batch-norm-training.ts': ['batch-norm', 'tfjs-ops'],
    'tfjs-ops/src/convolution/biased-conv2d.ts': ['biased-conv2d', 'tfjs-ops'],
    'tfjs-ops/src/convolution/fold-norm.ts': ['fold-norm', 'tfjs-ops'],
    'tfjs-ops/src/convolution/rectify.ts': ['rectify', 'tfjs-ops'],
    'tfjs-ops/src/linear.ts': ['dense', 'tfjs-ops'],
    'tfjs-ops/src/residual-sum.ts': ['residual-sum', 'tfjs-ops'],
  };

  it('every file with a hand-written gradient has a row', () => {
    const found = [...sources()].filter(([, text]) => marks.test(text)).map(([path]) => path);
    expect(found.sort()).toEqual(Object.keys(rows).sort());
    for (const [path, [layer, code]] of Object.entries(rows)) {
      const row = gradientCases.find((subject) => subject.layer === layer && subject.code === code);
      expect({ path, row: row !== undefined }).toEqual({ path, row: true });
    }
  });
});

it('every layer is named once, and no two rows are the same', () => {
  expect(new Set(layerNames).size).toBe(layerNames.length);
  expect(new Set(gradientCases.map(({ layer, code }) => `${layer}, ${code}`)).size).toBe(gradientCases.length);
});

describe.skipIf(!ort.available)('kernels of tfjs-backend-ort', () => {
  const check = async (row: TensorflowCase) => checkTensors(row, await row.load(), SEED, 1);
  const rowsOfOrt = tensorflowCases.filter(({ backend }) => backend === 'ort');

  const kernels = kernelsIn('tfjs-backend-ort').filter((name) => /Grad$|Backprop|WithSlope$/.test(name));

  it('every one for a gradient is run natively by a row, and every row runs one', async () => {
    expect(kernels).toEqual(expect.arrayContaining(['EluGrad', 'MaxPoolGrad', 'Conv2DBackpropFilter']));
    await useBackend('ort');
    const run = new Set<string>();
    for (const row of rowsOfOrt) {
      resetNativeCallCounts();
      expect((await check(row)).passed).toBe(true);
      const counts = nativeCallCounts();
      const native = kernels.filter((name) => (counts[name]?.native ?? 0) > 0);
      expect({ row: row.code, native }).not.toEqual({ row: row.code, native: [] });
      for (const name of native) run.add(name);
    }
    expect([...run].sort()).toEqual([...kernels].sort());
  });

  it('the rows of Winograd are about that method', async () => {
    await useBackend('ort');
    const winograd = rowsOfOrt.filter(({ code }) => code.includes('Winograd'));
    expect(winograd).toHaveLength(4);
    const values = () =>
      Promise.all(winograd.map(async (row) => (await check(row)).inputs.map(({ worst }) => worst.found)));
    const before = await values();
    expect(await values()).toEqual(before);
    removeBackend('ort');
    try {
      registerOrtBackend({ convolution: 'im2col' });
      await setBackend('ort');
      (await values()).forEach((inputs, row) => {
        inputs.forEach((value, input) => {
          expect(value).not.toBe(before[row]![input]);
        });
      });
    } finally {
      removeBackend('ort');
    }
  });
});

describe('kernels on webgpu', () => {
  const rowsOfWebGpu = tensorflowCases.filter(({ backend, onWebGpu }) => backend === 'any' || onWebGpu !== undefined);
  // Steps of optimizers are not part of a gradient.
  const kernels = kernelsIn('tfjs-webgpu-kernels').filter((name) => !/Adam|Sgd/.test(name));

  it('every one of tfjs-webgpu-kernels but the optimizers is run by a row, and each row of its own passes', {
    timeout: 300_000,
  }, async ({ skip }) => {
    const reason = await useBackend('webgpu');
    if (reason !== undefined) skip(reason);
    expect(kernels).toEqual(expect.arrayContaining(['Conv2DBackpropFilter', 'CifarlabBatchNormTrainingGrad']));
    const calls = kernels.map((name) => [name, vi.spyOn(getKernel(name, 'webgpu'), 'kernelFunc')] as const);
    for (const row of rowsOfWebGpu) {
      const { inputs, passed } = await checkTensors(row, await row.load(), SEED);
      expect({ layer: row.layer, passed, inputs }).toMatchObject({ passed: true });
    }
    expect(calls.filter(([, spy]) => spy.mock.calls.length === 0).map(([name]) => name)).toEqual([]);
  });
});
