import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { locateLibrary } from '../src/native/locate-library.js';
import { runChild } from './support/run-child.js';

/** Runs a program that must end well and say nothing but its result. */
async function resultOf(
  program: string,
  args: readonly string[] = [],
  flags: readonly string[] = [],
  environment: NodeJS.ProcessEnv = {},
) {
  const { end, stdout, stderr } = await runChild(program, args, { flags, environment });
  expect({ end, stderr }).toEqual({ end: 0, stderr: '' });
  return stdout.trim();
}

describe('a process that uses ONNX Runtime', () => {
  it.each([
    ['plainly', 0],
    ['exit', 7],
    ['exit-handler', 0],
    ['signal', 'SIGTERM'],
  ])('ends as it would without it: %s', async (way, end) => {
    expect(await runChild('end.mjs', [way])).toEqual({ end, stdout: '', stderr: '' });
  });

  it.each([
    ['throw', 'uncaught'],
    ['reject', 'unhandled'],
  ])('ends with its own error: %s', async (way, message) => {
    const { end, stdout, stderr } = await runChild('end.mjs', [way]);
    expect({ end, stdout }).toEqual({ end: 1, stdout: '' });
    expect(stderr).toContain(`Error: ${message}`);
    expect(stderr).not.toMatch(/onnxruntime:|terminate called|core dumped/);
  });

  it('does not compute while it waits', async () => {
    expect(Number(await resultOf('idle.mjs'))).toBeLessThan(60);
  });

  it.runIf(process.platform === 'linux').each([1, 2, 4])('computes with %s threads', async (threads) => {
    const others = threads - 1;
    expect(JSON.parse(await resultOf('threads.mjs', [`${threads}`]))).toEqual({ added: others, computed: others });
  });

  it('reads and writes small arrays while garbage is collected', async () => {
    expect(await resultOf('garbage.mjs', [], ['--expose-gc'])).toBe('0');
  });

  // Bounds in MiB, well above the noise and well below what the growth would be if one allocation of each were kept.
  it.each([
    ['runs', 6],
    ['failing values', 6],
    ['failing runs', 6],
    ['sessions', 80],
  ])('does not grow by %s', async (repeated, bound) => {
    expect(Number(await resultOf('leaks.mjs', [repeated], ['--expose-gc']))).toBeLessThan(bound);
  });
});

describe('worker threads', () => {
  const codes = { plainly: 0, exit: 3, throw: 1, terminated: 1 };

  it('use ONNX Runtime beside the main thread, and end in any way', async () => {
    expect(await resultOf('workers.mjs', ['together'])).toBe(Object.values(codes).join());
  });

  it('may still compute when the process ends', async () => {
    expect(await runChild('workers.mjs', ['left-running'])).toEqual({ end: 5, stdout: '', stderr: '' });
  });

  it.each(['workers-only', 'workers-then-main'])('use it one after the other: %s', async (order) => {
    const twice = Object.values(codes).flatMap((code) => [code, code]);
    expect(await resultOf('workers.mjs', [order])).toBe(twice.join());
  });
});

/** The library inside onnxruntime-node, whether or not the package of this platform is here too. */
function libraryOfBinding(): string {
  const { resolve } = createRequire(import.meta.url);
  const resolveModule = (id: string) => {
    if (id.startsWith('@cifarlab/')) throw new Error(`${id} is left out`);
    return resolve(id);
  };
  return locateLibrary({ resolveModule });
}

describe('beside onnxruntime-node', () => {
  const environment = { CIFARLAB_ORT_LIBRARY: libraryOfBinding() };

  it.each([
    ['before', 'per-session\nper-session'],
    ['after', 'global\nglobal'],
  ])('that started %s', async (order, threadPools) => {
    expect(await resultOf('binding.mjs', [order], [], environment)).toBe(threadPools);
  });
});

describe('the package', () => {
  it('has one state and the same errors for both builds, and loads koffi at the first use', async () => {
    expect(JSON.parse(await resultOf('builds.mjs'))).toEqual({
      before: false,
      after: true,
      same: true,
      restarted: true,
      shared: true,
    });
  });

  it.each([
    [{ CIFARLAB_ORT: 'off' }, 'DISABLED: [ort-runtime] switched off by CIFARLAB_ORT=off;'],
    [{ CIFARLAB_ORT_LIBRARY: '/nowhere' }, 'NOT_INSTALLED: [ort-runtime] CIFARLAB_ORT_LIBRARY names /nowhere,'],
    [{ CIFARLAB_ORT_LIBRARY: process.execPath }, 'LOAD_FAILED: [ort-runtime] '],
  ])('says why there is no ONNX Runtime: %o', async (environment, reason) => {
    const { end, stdout, stderr } = await runChild('probe.mjs', [], { environment });
    expect({ end, stderr }).toEqual({ end: 0, stderr: '' });
    expect(stdout).toContain(reason);
    expect(stdout).toContain('the same error again: true');
  });
});
