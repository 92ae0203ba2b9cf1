import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create } from 'tar';
import { expect, it } from 'vitest';
import { useWorkspace } from '../../packages/engines/test/support/workspace.js';
import { exportProblems } from './check-exports.mjs';
import { readTarball } from './pack.mjs';

const workspace = useWorkspace();

/** Packs files as the package `p`, an ES module with these exports. */
function packed(name: string, exports: object, files: Record<string, string>) {
  const folder = workspace(name);
  mkdirSync(join(folder, 'package'), { recursive: true });
  const manifest = { name: 'p', version: '1.0.0', type: 'module', license: 'MIT', exports };
  const all = { 'package.json': JSON.stringify(manifest), ...files };
  for (const [path, content] of Object.entries(all)) writeFileSync(join(folder, 'package', path), content);
  const file = join(folder, 'p.tgz');
  create({ file, cwd: folder, gzip: true, sync: true }, ['package']);
  return readTarball(file);
}

const code = {
  'index.js': 'export const one = 1;\n',
  'index.cjs': 'exports.one = 1;\n',
  'index.d.ts': 'export declare const one: number;\n',
  'index.d.cts': 'export declare const one: number;\n',
};
const both = {
  import: { types: './index.d.ts', default: './index.js' },
  require: { types: './index.d.cts', default: './index.cjs' },
};

it('finds nothing in a package whose declarations fit its modules', async () => {
  expect(await exportProblems(packed('right', { '.': both }, code))).toEqual([]);
});

it('finds an entry point without a file', async () => {
  const { 'index.cjs': _, ...less } = code;
  expect(await exportProblems(packed('lost', { '.': both }, less))).toContainEqual(
    expect.stringMatching(/index\.cjs.*does not exist/),
  );
});

it('finds declarations of an ES module for CommonJS', async () => {
  const require = { types: './index.d.ts', default: './index.cjs' };
  const problems = await exportProblems(packed('masked', { '.': { ...both, require } }, code));
  expect(problems).toContainEqual(expect.stringContaining('ES'));
});

it('finds code without declarations', async () => {
  const exports = { '.': both, './more': { import: './more.js' } };
  const problems = await exportProblems(packed('untyped', exports, { ...code, 'more.js': 'export const two = 2;\n' }));
  expect(problems).toContainEqual(expect.stringContaining('./more'));
});

it('takes a package without any declarations', async () => {
  expect(await exportProblems(packed('plain', { '.': './index.js' }, { 'index.js': code['index.js'] }))).toEqual([]);
});
