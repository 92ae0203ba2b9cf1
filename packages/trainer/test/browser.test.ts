import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';
import { expect, it } from 'vitest';

it('the main entry runs where there is nothing of Node', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'cifarlab-browser-'));
  try {
    await build({
      config: false,
      silent: true,
      entry: { index: fileURLToPath(new URL('../src/index.ts', import.meta.url)) },
      outDir: folder,
      format: 'esm',
      platform: 'browser',
      noExternal: [/./],
    });
    const code = await readFile(join(folder, 'index.js'), 'utf8');
    expect(code).not.toMatch(/\bfrom\s*["']|\bimport\s*\(|\brequire\s*\(|\bprocess\b|\bBuffer\b|node:/);
  } finally {
    await rm(folder, { recursive: true });
  }
});
