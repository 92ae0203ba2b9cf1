import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';

const bin = fileURLToPath(new URL('../dist/bin.js', import.meta.url));
const mini = fileURLToPath(new URL('../../../packages/cifar10/test/fixtures/cifar10-mini', import.meta.url));

describe.runIf(process.platform === 'linux')('with a limit of the address space', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cifarlab-limit-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const train = (limit: number, network: string, ...flags: string[]) => {
    const out = join(folder, `${network}-${limit}${flags.join('')}`);
    const data = ['--data-dir', mini, '--allow-unverified', '--batch-size', '60', '--max-steps', '2', '--threads', '4'];
    const command = ['train', network, ...data, '--out', out, ...flags];
    const shell = ['-c', 'ulimit -v "$1"; shift; exec "$0" "$@"', process.execPath, String(limit), bin, ...command];
    return { out, ...spawnSync('sh', shell, { encoding: 'utf8' }) };
  };

  test.each([
    [4e6, 'mlp-ndarray'],
    [12e6, 'mlp-ndarray'],
    [4e6, 'mlp'],
    [12e6, 'mlp'],
  ])('of %d KiB, %s trains to its end, and a warning says why there is no PNG', (limit, network) => {
    const { status, stdout, stderr, out } = train(limit, network);
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringMatching(/^warning: .*curves\.png is not drawn: The rasteriser .*ulimit -v/m),
    });
    expect(stdout).toMatch(/^test accuracy /m);
    expect(stdout).toContain(`curves ${join(out, 'curves.svg')}\nreport `);
    expect(['curves.svg', 'curves.png', 'report.html'].map((file) => existsSync(join(out, file)))).toEqual([
      true,
      false,
      true,
    ]);
  });

  test('that leaves no room for the engine asked for, one line says what to do', () => {
    const { status, stderr } = train(12e6, 'mlp', '--backend', 'ort');
    expect(status).toBe(1);
    expect(stderr).toMatch(/ulimit -v/);
    expect(stderr).not.toMatch(/^\s+at |^#|Fatal/m);
  });
});
