import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { renderCurves } from '../src/index.js';
import { smallRun } from './support/runs.js';

const source = (name: string) => fileURLToPath(new URL(`../src/${name}.ts`, import.meta.url));
const imports = async (name: string, packages: 'bundle' | 'external') => {
  const { metafile, outputFiles } = await build({
    entryPoints: [source(name)],
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: packages === 'bundle' ? 'browser' : 'neutral',
    packages,
    logLevel: 'silent',
  });
  return { code: outputFiles[0]!.text, list: Object.values(metafile.inputs).flatMap((input) => input.imports) };
};

describe('entries', () => {
  it('index runs in a browser: with all its dependencies it needs nothing of Node', async () => {
    const { list, code } = await imports('index', 'bundle');
    expect(list.filter(({ path }) => isBuiltin(path))).toEqual([]);
    expect(code).not.toMatch(/\brequire\(["']node:/);
    expect(list.filter(({ external }) => external).map(({ path }) => path)).toEqual([]);
  });

  it('index draws where code generation from strings is forbidden, as under a strict content security policy', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cifarlab-plots-'));
    try {
      const outfile = join(folder, 'index.mjs');
      await build({ entryPoints: [source('index')], bundle: true, outfile, format: 'esm', platform: 'browser' });
      const script = `const { renderCurves } = await import(${JSON.stringify(pathToFileURL(outfile).href)});
        console.log(await renderCurves(${JSON.stringify(smallRun)}, { width: 640, height: 300 }));
        try { new Function('return 1'); } catch ({ name }) { console.log(name); }`;
      const flags = ['--disallow-code-generation-from-strings', '--input-type=module', '--eval', script];
      const { stdout } = await promisify(execFile)(process.execPath, flags);
      expect(stdout).toBe(`${await renderCurves(smallRun, { width: 640, height: 300 })}\nEvalError\n`);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('index loads the chart library on first use only', async () => {
    const { list } = await imports('index', 'external');
    const external = list.filter(({ external }) => external).map(({ path, kind }) => `${kind} ${path}`);
    expect(external.sort()).toEqual([
      'dynamic-import vega',
      'dynamic-import vega-interpreter',
      'import-statement fast-png',
    ]);
  });

  it('terminal needs no package at all', async () => {
    const { list } = await imports('terminal', 'external');
    expect(list.filter(({ external }) => external)).toEqual([]);
  });
});
