import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Format } from 'esbuild';
import { afterAll, describe, expect, test } from 'vitest';

const room = fileURLToPath(new URL('..', import.meta.url));
const program = `
  import { renderPng } from './node.ts';
  renderPng('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>').then(
    (png) => console.log('PNG of', png.length > 0),
    (error) => console.log(error.name, error.message),
  );
`;

describe.each<Format>(['cjs', 'esm'])('bundled by esbuild for Node, %s', (format) => {
  const inside = mkdtempSync(join(room, '.bundle-'));
  const outside = mkdtempSync(join(tmpdir(), 'plots-bundle-'));
  afterAll(() => {
    for (const folder of [inside, outside]) rmSync(folder, { recursive: true, force: true });
  });
  const run = async (folder: string) => {
    const outfile = join(folder, format === 'cjs' ? 'out.cjs' : 'out.mjs');
    const stdin = { contents: program, resolveDir: join(room, 'src'), loader: 'ts' } as const;
    await build({ stdin, outfile, bundle: true, platform: 'node', format, logLevel: 'silent' });
    return execFileSync(process.execPath, [outfile], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, NODE_PATH: '' },
    });
  };

  test('renderPng draws where the packages are installed', async () => {
    expect(await run(inside)).toBe('PNG of true\n');
  });

  test('renderPng names what to mark as external where they are not', async () => {
    expect(await run(outside)).toMatch(/^PlotError .*@cifarlab\/plots and @resvg\/resvg-wasm.*external\n$/);
  });
});
