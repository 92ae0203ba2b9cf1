import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const room = fileURLToPath(new URL('..', import.meta.url));
const program = `
  import { renderPng } from './node.ts';
  try {
    await renderPng('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    console.log('drawn');
  } catch (error) {
    console.log(error.name, error.message);
  }
`;

describe.runIf(process.platform === 'linux')('with a limit of the address space', () => {
  const folder = mkdtempSync(join(room, '.limit-'));
  const outfile = join(folder, 'out.mjs');
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  beforeAll(async () => {
    const stdin = { contents: program, resolveDir: join(room, 'src'), loader: 'ts' } as const;
    await build({ stdin, outfile, bundle: true, platform: 'node', format: 'esm' });
  });
  const run = (...flags: string[]) => {
    const command = ['ulimit -v 4000000; exec "$0" "$@"', process.execPath, ...flags, outfile];
    const { stdout, stderr } = spawnSync('sh', ['-c', ...command], { encoding: 'utf8' });
    return { stdout, stderr };
  };

  test('renderPng throws a PlotError with the remedy, and nothing else happens', () => {
    const message = expect.stringMatching(/^PlotError The rasteriser gets no .*--disable-wasm-trap-handler\n$/);
    expect(run()).toEqual({ stdout: message, stderr: '' });
  });

  test('the remedy helps', () => {
    expect(run('--disable-wasm-trap-handler')).toEqual({ stdout: 'drawn\n', stderr: '' });
  });
});
