import { Linear, SoftMaxCrossEntropy } from '@cifarlab/ndarray-mlp';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CheckResult } from '../src/gradcheck/result.js';
import { callCli } from './support/cli.js';

afterEach(() => {
  vi.restoreAllMocks();
});

/** The results of a command line with `--json`. */
async function results(...args: string[]): Promise<CheckResult[]> {
  const { stdout } = await callCli('gradcheck', '--json', ...args);
  const lines = stdout.trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as CheckResult);
}

describe('gradcheck', () => {
  it('finds every hand-written gradient right', async () => {
    const { code, stdout } = await callCli('gradcheck');
    expect({ code, failures: stdout.match(/.*FAILED$/gm) }).toEqual({ code: 0, failures: null });
    expect(stdout.match(/ ok$/gm)!.length).toBeGreaterThanOrEqual(30);
  });

  it('checks the layers that are asked for, input by input', async () => {
    const found = await results('linear', 'tanh');
    expect(found).toMatchObject([
      { precision: 'float64', layer: 'linear', passed: true },
      { precision: 'float64', layer: 'tanh', passed: true },
    ]);
    expect(found.map(({ inputs }) => inputs.map(({ name }) => name))).toEqual([['x', 'weight', 'bias'], ['x']]);
    for (const { compared, worst } of found.flatMap(({ inputs }) => inputs)) {
      expect(compared).toBeGreaterThan(10);
      expect(worst.error).toBe(Math.abs(worst.found - worst.expected) / (1 + Math.abs(worst.expected)));
    }
  });

  it('takes other sizes and inputs with another seed', async () => {
    expect(await results('linear', '--seed', '42')).toEqual(await results('linear'));
    expect(await results('linear', '--seed', '7')).not.toEqual(await results('linear'));
  });

  it('fails when a gradient is wrong, and names the input', async () => {
    const backwardParams = Linear.prototype.backwardParams;
    vi.spyOn(Linear.prototype, 'backwardParams').mockImplementation(function (this: Linear, dout) {
      backwardParams.call(this, dout);
      this.grads.bias.data.fill(0);
    });
    const { code, stdout } = await callCli('gradcheck', 'linear', 'tanh');
    expect(code).toBe(1);
    expect(stdout.match(/^.* (?:ok|FAILED)$/gm)).toEqual([
      expect.stringMatching(/^linear .* x .* ok$/),
      expect.stringMatching(/^ +weight .* ok$/),
      expect.stringMatching(/^ +bias .* FAILED$/),
      expect.stringMatching(/^tanh .* ok$/),
    ]);
  });

  it('fails when a gradient is not finite', async () => {
    const backward = SoftMaxCrossEntropy.prototype.backward;
    vi.spyOn(SoftMaxCrossEntropy.prototype, 'backward').mockImplementation((x, targets) => {
      const dx = backward.call(new SoftMaxCrossEntropy(), x, targets);
      dx.data[0] = Number.NaN;
      return dx;
    });
    const { code, stdout } = await callCli('gradcheck', 'softmax-cross-entropy');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^softmax-cross-entropy .* NaN {2}x\[0,0\] .* FAILED$/m);
  });

  it('refuses an unknown layer', async () => {
    const { code, stdout, stderr } = await callCli('gradcheck', 'sigmoid');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error: there is no layer "sigmoid"; choose from linear, .*\n$/);
  });
});
