import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';
import { expect, it } from 'vitest';

/** Returns the code of an entry and of all that it imports, except for packages of TensorFlow.js. */
async function bundle(entry: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cifarlab-browser-'));
  try {
    await build({
      config: false,
      silent: true,
      entry: { index: fileURLToPath(new URL(entry, import.meta.url)) },
      outDir: folder,
      format: 'esm',
      platform: 'browser',
      noExternal: [/^(?!@tensorflow)/],
      external: [/^@tensorflow/],
    });
    return await readFile(join(folder, 'index.js'), 'utf8');
  } finally {
    await rm(folder, { recursive: true });
  }
}

const IMPORTS = /\bfrom\s*["']|\bimport\s*\(|\brequire\s*\(/g;
const NODE = /\bprocess\b|\bBuffer\b|node:/;

it.each(['../src/index.ts', '../src/testing.ts'])(
  '%s runs where there is nothing of Node, without TensorFlow.js',
  async (entry) => {
    const code = await bundle(entry);
    expect(code.match(IMPORTS)).toBeNull();
    expect(code).not.toMatch(NODE);
  },
);

it('../src/tfjs.ts runs where there is nothing of Node, and needs tfjs-core alone', async () => {
  const code = await bundle('../src/tfjs.ts');
  expect(new Set(code.match(/\bfrom\s*["'][^"']*["']/g))).toEqual(new Set(['from "@tensorflow/tfjs-core"']));
  expect(code).not.toMatch(NODE);
});
