import { readFile } from 'node:fs/promises';
import type { GradientResult } from '@cifarlab/gradient-suite';
import { ELU } from '@cifarlab/ndarray-mlp';
import { probeOrtRuntime } from '@cifarlab/ort-runtime';
import { engine, getKernel, registerKernel, type TensorInfo, unregisterKernel } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { callCli, spawnCli } from './support/cli.js';

const ort = probeOrtRuntime();

/** Returns the results of a command line with `--json`. */
async function results(...args: string[]): Promise<GradientResult[]> {
  const { stdout } = await callCli('gradcheck', '--json', ...args);
  const lines = stdout.trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as GradientResult);
}

const readme = new URL('../README.md', import.meta.url);

/** Returns the rows of the tables in a text, up to the number of derivatives; the errors are the machine's. */
function rows(text: string): string[] {
  return [...text.matchAll(/^(.* \d+) +\d\.\de[+-]\d+ .* ok$/gm)].map(([, row]) => row!);
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('gradcheck', () => {
  it('finds every hand-written gradient right', async () => {
    const { code, stdout } = await spawnCli(['gradcheck']).ended;
    expect({ code, failures: stdout.match(/.*FAILED.*$/gm) }).toEqual({ code: 0, failures: null });
    const [double, single] = stdout.split(/^float32, .*$/m);
    expect(double).toMatch(/^float64, against central differences\n\n/);
    expect(double!.match(/ ok$/gm)!.length).toBeGreaterThanOrEqual(31);
    expect(single!.match(/ ok$/gm)!.length).toBeGreaterThanOrEqual(ort.available ? 60 : 40);
    if (ort.available) expect(rows(stdout)).toEqual(rows(await readFile(readme, 'utf8')));
  }, 120_000);

  it('checks the layers that are asked for, input by input', async () => {
    const found = await results('linear', 'tanh');
    expect(found).toMatchObject([
      { precision: 'float64', layer: 'linear', passed: true },
      { precision: 'float64', layer: 'tanh', passed: true },
      { precision: 'float32', layer: 'linear', passed: true },
      { precision: 'float32', layer: 'tanh', passed: true },
    ]);
    const names = [['x', 'weight', 'bias'], ['x']];
    expect(found.map(({ inputs }) => inputs.map(({ name }) => name))).toEqual([...names, ...names]);
    for (const { compared, worst } of found.slice(0, 2).flatMap(({ inputs }) => inputs)) {
      expect(compared).toBeGreaterThan(10);
      expect(worst.error).toBe(Math.abs(worst.found - worst.expected) / (1 + Math.abs(worst.expected)));
    }
  });

  it.each(['float64', 'float32'])('--precision %s checks that alone', async (precision) => {
    expect((await results('relu', '--precision', precision)).map((result) => result.precision)).toEqual([precision]);
    const { stdout } = await callCli('gradcheck', 'relu', '--precision', precision);
    expect(stdout.match(/^float(32|64), against/gm)).toEqual([`${precision}, against`]);
  });

  it('takes other sizes and inputs with another seed', async () => {
    expect(await results('linear', '--seed', '42')).toEqual(await results('linear'));
    expect(await results('linear', '--seed', '7')).not.toEqual(await results('linear'));
  });

  it('ends with 1 for a wrong gradient, and names the row', async () => {
    const right = ELU.prototype.backward;
    vi.spyOn(ELU.prototype, 'backward').mockImplementation(function (this: ELU, dout) {
      const dx = right.call(this, dout);
      dx.data.fill(Number.NaN, 0, 1);
      return dx;
    });
    const { code, stdout } = await callCli('gradcheck', 'elu', 'relu', '--precision', 'float64');
    expect(code).toBe(1);
    expect(stdout.match(/^.*FAILED.*$/gm)).toEqual([expect.stringMatching(/^elu/)]);
    expect(stdout).toMatch(/^relu .* ok$/m);
  });

  it('refuses an unknown layer', async () => {
    const { code, stdout, stderr } = await callCli('gradcheck', 'sigmoid');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error: there is no layer "sigmoid"; choose from linear, .*\n$/);
  });
});

describe('gradcheck of TensorFlow.js', () => {
  const single = ['--precision', 'float32'];

  it('takes the backend that is asked for, and does not check what it does not have', async () => {
    const { code, stdout, stderr } = await callCli('gradcheck', 'batch-norm', ...single, '--backend', 'cpu');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^backend : cpu \(/);
    expect(stdout).toMatch(/^batch-norm +tfjs-ops on cpu +x .* ok$/m);
    expect(stdout).toMatch(/^batch-norm +tfjs-backend-ort +not checked: .* use --backend ort$/m);
  });

  it('checks the ops where the backend has a kernel', async (context) => {
    if (!ort.available) return context.skip(ort.reason);
    const { stdout } = await callCli('gradcheck', 'batch-norm', ...single, '--backend', 'ort');
    expect(stdout).toMatch(/^batch-norm +tfjs-ops on cpu +x .* ok$/m);
    expect(stdout).toMatch(/^batch-norm +tfjs-backend-ort +x .* ok$/m);
  });

  it('fails when a kernel of the backend is wrong', async (context) => {
    if (!ort.available) return context.skip(ort.reason);
    // Starts the backend.
    expect((await callCli('gradcheck', 'max-pool', ...single, '--backend', 'ort')).code).toBe(0);
    const right = getKernel('MaxPoolGrad', 'ort');
    unregisterKernel('MaxPoolGrad', 'ort');
    registerKernel({
      ...right,
      // To the pixels in another order.
      kernelFunc(args) {
        const dx = right.kernelFunc(args) as TensorInfo;
        const values = engine().backend.readSync(dx.dataId) as Float32Array;
        return { ...dx, dataId: engine().backend.write(values.slice().reverse(), dx.shape, dx.dtype) };
      },
    });
    try {
      const { code, stdout } = await callCli('gradcheck', 'max-pool', 'avg-pool', ...single, '--backend', 'ort');
      expect(code).toBe(1);
      expect(stdout).toMatch(/^max-pool .* FAILED$/m);
      expect(stdout).toMatch(/^avg-pool .* ok$/m);
    } finally {
      unregisterKernel('MaxPoolGrad', 'ort');
      registerKernel(right);
    }
  });

  describe('without the native library', () => {
    beforeAll(() => {
      vi.stubEnv('CIFARLAB_ORT', 'off');
      return () => vi.unstubAllEnvs();
    });

    it('says why its kernels are not checked, which is not a failure', async () => {
      const { code, stdout } = await spawnCli(['gradcheck', 'elu', 'layer-norm', ...single]).ended;
      expect(code).toBe(0);
      expect(stdout).toMatch(/^layer-norm +layernorm on \S+ +x .* ok$/m);
      expect(stdout).toMatch(/^elu +tfjs-backend-ort +not checked: switched off by CIFARLAB_ORT=off/m);
    });

    it('but is one where ort was asked for', async () => {
      const { code, stdout, stderr } = await spawnCli(['gradcheck', 'elu', ...single, '--backend', 'ort']).ended;
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(/^error: --backend ort: switched off by CIFARLAB_ORT=off/);
    });
  });
});
