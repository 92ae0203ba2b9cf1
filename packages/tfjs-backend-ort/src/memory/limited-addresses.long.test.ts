import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const room = fileURLToPath(new URL('../..', import.meta.url));
const program = `
  import { ones, setBackend, matMul, relu } from '@tensorflow/tfjs-core';
  import { registerOrtBackend } from '../index.ts';
  registerOrtBackend({ threads: 4 });
  if (!(await setBackend('ort'))) throw new Error('tfjs has said why');
  console.log(relu(matMul(ones([2, 2]), ones([2, 2]))).dataSync().join());
`;

describe.runIf(process.platform === 'linux')('with a limit of the address space', () => {
  const folder = mkdtempSync(join(room, '.limit-'));
  const outfile = join(folder, 'out.mjs');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeAll(async () => {
    const stdin = { contents: program, resolveDir: join(room, 'src/memory'), loader: 'ts' } as const;
    await build({
      stdin,
      outfile,
      bundle: true,
      external: ['@tensorflow/*', '@cifarlab/ort-runtime'],
      platform: 'node',
      format: 'esm',
    });
  });

  const run = (limit: number) => {
    const command = ['ulimit -v "$1"; exec "$0" "$2"', process.execPath, String(limit), outfile];
    const { status, stdout, stderr } = spawnSync('sh', ['-c', ...command], { encoding: 'utf8' });
    return { status, stdout, stderr };
  };

  test.each([2e6, 4e6, 8e6, 12e6])('of %d KiB, the backend is refused with the remedy', (limit) => {
    const { status, stdout, stderr } = run(limit);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/\[arena\] the limit of the address space .* raise its limit \(ulimit -v\), .*\n/);
    expect(stderr).toContain('tfjs has said why');
  });

  test.each([13e6, 14e6, 16e6])('of %d KiB, it computes with the threads there is room for', (limit) => {
    expect(run(limit)).toEqual({ status: 0, stdout: '2,2,2,2\n', stderr: '' });
  });
});
