import { cp, readFile } from 'node:fs/promises';
import { probeOrtRuntime } from '@cifarlab/ort-runtime';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { callCli, miniFlags, spawnCli } from './support/cli.js';
import { listing, readLines, useWorkspace } from './support/workspace.js';

const workspace = useWorkspace();
const ort = probeOrtRuntime();
const short = ['--max-steps', '5', '--eval-freq', '5', '--dnn-hidden-units', '8'];
const flags = (run: string, ...more: string[]) => [
  ...['train', 'mlp-ndarray', ...miniFlags],
  ...[...short, '--out', workspace(run), ...more],
];
const engineOf = async (run: string) => {
  const { engine, versions } = JSON.parse(await readFile(workspace(run, 'config.json'), 'utf8'));
  return { ...engine, onnxruntime: versions.onnxruntime };
};

describe('--backend', () => {
  it('wasm and cpu give the same numbers, and are recorded', async () => {
    expect((await callCli(...flags('wasm', '--backend', 'wasm'))).stderr).toMatch(
      /^backend : wasm \(WebAssembly SIMD\)\nthreads : 1$/m,
    );
    expect((await callCli(...flags('cpu', '--backend', 'CPU', '--threads', '1'))).code).toBe(0);
    expect(await engineOf('wasm')).toEqual({ name: 'gemm wasm-simd', threads: 1 });
    expect(await engineOf('cpu')).toEqual({ name: 'gemm javascript', threads: 1 });
    expect(await readLines(workspace('wasm'))).toEqual(await readLines(workspace('cpu')));
  });

  it('auto takes ort where it is to be had, which agrees with the others but for rounding', async (context) => {
    if (!ort.available) return context.skip(ort.reason);
    const { version, threads } = ort.runtime;
    const { code, stderr } = await callCli(...flags('auto'));
    expect(code).toBe(0);
    expect(stderr).toContain(`\nbackend : ort (ONNX Runtime ${version})\nthreads : ${threads}\n`);
    expect(await engineOf('auto')).toEqual({ name: 'gemm ort', threads, onnxruntime: version });
    const [lines, others] = await Promise.all(['auto', 'wasm'].map((run) => readLines(workspace(run))));
    lines!.forEach(({ loss }, index) => {
      expect(Math.abs(loss - others![index]!.loss)).toBeLessThan(1e-9);
    });
  });

  it.each([
    [['--backend', 'tfjs-node'], /'tfjs-node' is invalid\. It must be one of auto, ort, wasm, cpu\./],
    [['--threads', '0'], /'0' is invalid\. It must be a whole number from 1 to 1024\./],
    [['--backend', 'wasm', '--threads', '2'], /--threads 2 has no meaning for --backend wasm, .* use --backend ort/],
  ])('refuses %j', async (more, message) => {
    const { code, stderr } = await callCli(...flags('refused', ...more));
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(await listing(workspace())).not.toContain('refused');
  });

  it('is in the help', async () => {
    const { stdout } = await callCli('train', 'mlp-ndarray', '--help');
    expect(stdout).toMatch(/--backend <name> +what computes; see `cifarlab backends`: auto,\s+ort, wasm, cpu/);
    expect(stdout).toMatch(/--threads <n>/);
  });
});

describe('without the native library', () => {
  beforeAll(() => {
    vi.stubEnv('CIFARLAB_ORT', 'off');
    return () => vi.stubEnv('CIFARLAB_ORT', undefined);
  });

  it('--backend ort says why, and what else there is', async () => {
    const { code, stdout, stderr } = await spawnCli(flags('none', '--backend', 'ort')).ended;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^error: --backend ort: switched off by CIFARLAB_ORT=off; .* Or use one of auto, wasm, cpu\n$/,
    );
    expect(await listing(workspace())).not.toContain('none');
  });

  it('auto takes wasm and says why; threads have no effect', async () => {
    const { code, stderr } = await spawnCli(flags('fallback', '--threads', '3')).ended;
    expect(code).toBe(0);
    expect(stderr).toMatch(/^note: --backend auto takes wasm, the fastest here: switched off by CIFARLAB_ORT=off/m);
    expect(stderr).toMatch(/^warning: --threads 3 has no effect on wasm, which computes with 1$/m);
    expect(await engineOf('fallback')).toEqual({ name: 'gemm wasm-simd', threads: 1 });
  });
});

describe('a run that goes on', () => {
  beforeAll(async () => {
    expect((await callCli(...flags('begun', '--backend', 'cpu', '--quiet'))).code).toBe(0);
  });
  const resume = async (run: string, ...more: string[]) => {
    await cp(workspace('begun'), workspace(run), { recursive: true });
    return callCli('train', 'mlp-ndarray', '--resume', workspace(run), ...miniFlags, '--max-steps', '9', ...more);
  };
  afterEach(() => vi.stubEnv('CIFARLAB_ORT', undefined));

  it('keeps its engine', async () => {
    const { code, stderr } = await resume('kept');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^backend : cpu \(JavaScript\)$/m);
    expect(stderr).not.toMatch(/^warning:/m);
  });

  it('warns when a flag changes it', async () => {
    const { stderr } = await resume('changed', '--backend', 'wasm');
    expect(stderr).toMatch(
      /^warning: the run was made with gemm javascript on 1 thread and goes on with gemm wasm-simd on 1 thread: .* bit for bit$/m,
    );
  });

  it('warns of another number of threads, and of an engine that is not here any more', {
    timeout: 60_000,
  }, async (context) => {
    if (!ort.available) return context.skip(ort.reason);
    const begun = await spawnCli(flags('threads', '--backend', 'ort', '--threads', '1', '--quiet')).ended;
    expect(begun.code).toBe(0);
    expect(await engineOf('threads')).toMatchObject({ name: 'gemm ort', threads: 1 });
    const go = (steps: string, ...more: string[]) =>
      spawnCli([
        ...['train', 'mlp-ndarray', '--resume', workspace('threads'), ...miniFlags],
        ...['--max-steps', steps, ...more],
      ]).ended;
    expect((await go('6')).stderr).not.toMatch(/^warning:/m);
    expect((await go('7', '--threads', '2')).stderr).toMatch(
      /^warning: .* made with gemm ort on 1 thread and goes on with gemm ort on 2 threads/m,
    );
    vi.stubEnv('CIFARLAB_ORT', 'off');
    expect((await go('8')).stderr).toMatch(/^warning: .* goes on with gemm wasm-simd on 1 thread: /m);
  });
});
