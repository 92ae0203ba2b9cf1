import { cp, readFile } from 'node:fs/promises';
import { probeOrtRuntime } from '@cifarlab/ort-runtime';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { listing, useWorkspace } from '../../../packages/experiment/test/support/workspace.js';
import { callCli, miniFlags, spawnCli } from './support/cli.js';
import { readLines } from './support/read-lines.js';

const workspace = useWorkspace();
const ort = probeOrtRuntime();
const short = ['--max-steps', '5', '--eval-freq', '5', '--dnn-hidden-units', '8'];
const flagsOf = (model: string, run: string, ...more: string[]) => [
  ...['train', model, ...miniFlags],
  ...[...short, '--out', workspace(run), ...more],
];
const flags = (run: string, ...more: string[]) => flagsOf('mlp-ndarray', run, ...more);
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

  it('auto takes ort where it works, which agrees with the others but for rounding', async (context) => {
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

  it.each([
    ['mlp-ndarray', /: auto, ort, wasm, cpu/],
    ['mlp', /: auto, ort, tfjs-node-gpu, tfjs-node, webgpu, wasm, cpu/],
    ['convnet', /: auto, ort, tfjs-node-gpu, tfjs-node, webgpu, cpu/],
  ])('is in the help of train %s', async (model, names) => {
    const help = (await callCli('train', model, '--help')).stdout.replace(/\s+/g, ' ');
    expect(help).toMatch(new RegExp(`--backend <name> what computes; see \`npx cifarlab backends\`${names.source}`));
    expect(help).toContain('--threads <n>');
  });
});

describe('--backend of a network in TensorFlow.js', () => {
  const losses = async (run: string) => (await readLines(workspace(run))).map(({ loss }) => loss);

  it('auto takes ort where it works, which agrees with cpu but for rounding', async (context) => {
    if (!ort.available) return context.skip(ort.reason);
    const { version, threads } = ort.runtime;
    const { code, stderr } = await callCli(...flagsOf('mlp', 'tfjs-auto'));
    expect(code).toBe(0);
    expect(stderr).toContain(`\nbackend : ort (ONNX Runtime ${version})\nthreads : ${threads}\n`);
    const config = JSON.parse(await readFile(workspace('tfjs-auto', 'config.json'), 'utf8'));
    expect(config.engine).toEqual({ name: 'tfjs ort', threads });
    expect(config.versions).toMatchObject({
      engine: `ONNX Runtime ${version}`,
      '@tensorflow/tfjs-core': expect.stringMatching(/^4\./),
      '@cifarlab/mlp': expect.any(String),
    });
    expect((await callCli(...flagsOf('mlp', 'tfjs-cpu', '--backend', 'cpu', '--threads', '1'))).code).toBe(0);
    expect(await engineOf('tfjs-cpu')).toEqual({ name: 'tfjs cpu', threads: 1 });
    const [here, there] = await Promise.all(['tfjs-auto', 'tfjs-cpu'].map(losses));
    here!.forEach((loss, index) => {
      expect(Math.abs(loss - there![index]!)).toBeLessThan(1e-6);
    });
  });

  it.each([
    [['mlp', '--backend', 'quantum'], /'quantum' is invalid\. It must be one of auto, ort, tfjs-node-gpu, /],
    [['convnet', '--backend', 'wasm'], /'wasm' is invalid\. It must be one of auto, ort, .*tfjs-node, webgpu, cpu\./],
    [['mlp', '--backend', 'cpu', '--threads', '2'], /--threads 2 has no meaning for --backend cpu, .* --backend ort/],
  ])('refuses train %j', async ([model, ...more], message) => {
    const { code, stderr } = await callCli(...flagsOf(model!, 'refused', ...more));
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(await listing(workspace())).not.toContain('refused');
  });

  it('says how to install one that is not there, and leaves nothing behind', async () => {
    const args = [...flagsOf('mlp', 'wasm-missing', '--backend', 'wasm'), '--quiet'];
    // pnpm lets what it starts find the packages of the whole repository there.
    const found = process.env.NODE_PATH;
    vi.stubEnv('NODE_PATH', undefined);
    const { code, stdout, stderr } = await spawnCli(args, { cwd: workspace() }).ended;
    vi.stubEnv('NODE_PATH', found);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^error: --backend wasm: @tensorflow\/tfjs-backend-wasm is not installed in .*; turn it on with: npm install .*\. Or use one of auto, ort, tfjs-node-gpu, tfjs-node, webgpu, cpu\n$/,
    );
    expect(await listing(workspace())).not.toContain('wasm-missing');
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

  it('a network in TensorFlow.js cannot have --backend ort', async () => {
    const { code, stdout, stderr } = await spawnCli(flagsOf('mlp', 'tfjs-none', '--backend', 'ort')).ended;
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^error: --backend ort: switched off by CIFARLAB_ORT=off; [^.]*\. Or use one of auto, tfjs-node-gpu, tfjs-node, webgpu, cpu\n$/,
    );
    expect(await listing(workspace())).not.toContain('tfjs-none');
  });

  it('it has cpu from auto, which says why; threads have no effect', async () => {
    const { code, stderr } = await spawnCli(flagsOf('mlp', 'tfjs-fallback', '--threads', '3')).ended;
    expect(code).toBe(0);
    expect(stderr).toMatch(/^backend : cpu \(tfjs-backend-cpu 4\.[\d.]+\)\nthreads : 1$/m);
    expect(stderr).toMatch(/^note: --backend auto takes cpu, the fastest here: switched off by CIFARLAB_ORT=off/m);
    expect(stderr).toMatch(/^warning: --threads 3 has no effect on cpu, which computes with 1$/m);
    expect(await engineOf('tfjs-fallback')).toEqual({ name: 'tfjs cpu', threads: 1 });
  });
});

describe('a run that goes on', () => {
  beforeAll(async () => {
    expect((await callCli(...flags('begun', '--backend', 'cpu', '--quiet'))).code).toBe(0);
    expect((await callCli(...flagsOf('mlp', 'tfjs-begun', '--backend', 'cpu', '--quiet'))).code).toBe(0);
  });
  const resume = async (run: string, ...more: string[]) => {
    await cp(workspace('begun'), workspace(run), { recursive: true });
    return callCli('train', 'mlp-ndarray', '--resume', workspace(run), ...miniFlags, '--max-steps', '9', ...more);
  };
  const resumeTfjs = async (run: string, ...more: string[]) => {
    await cp(workspace('tfjs-begun'), workspace(run), { recursive: true });
    return callCli('train', 'mlp', '--resume', workspace(run), ...miniFlags, '--max-steps', '9', ...more);
  };
  afterEach(() => vi.stubEnv('CIFARLAB_ORT', undefined));

  it('keeps its engine', async () => {
    const { code, stderr } = await resume('kept');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^backend : cpu \(JavaScript\)$/m);
    expect(stderr).not.toMatch(/^warning:/m);
  });

  it('keeps its backend of TensorFlow.js', async () => {
    const { code, stderr } = await resumeTfjs('tfjs-kept');
    expect(code).toBe(0);
    expect(stderr).toMatch(/^backend : cpu \(tfjs-backend-cpu /m);
    expect(stderr).not.toMatch(/^warning:/m);
  });

  it('warns when a flag changes that, and does not take threads that it has not', async (context) => {
    const threads = await resumeTfjs('tfjs-threads', '--threads', '2');
    expect(threads.code).toBe(2);
    expect(threads.stderr).toMatch(/^error: --threads 2 has no meaning for --backend cpu/m);
    if (!ort.available) return context.skip(ort.reason);
    const { code, stderr } = await resumeTfjs('tfjs-changed', '--backend', 'ort');
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^warning: the run was made with tfjs cpu on 1 thread and goes on with tfjs ort on \d+ threads?: .* bit for bit$/m,
    );
  });

  it('warns when a flag changes it', async () => {
    const { stderr } = await resume('changed', '--backend', 'wasm');
    expect(stderr).toMatch(
      /^warning: the run was made with gemm javascript on 1 thread and goes on with gemm wasm-simd on 1 thread: .* bit for bit$/m,
    );
  });

  it('warns of another number of threads, and of an engine that is not here any more', {
    timeout: 120_000,
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
