import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

/**
 * Bundles a program of this folder from the sources into a folder for temporary files; returns the folder and the
 * program's path.
 */
export async function buildChild(source: 'child.ts' | 'child-tfjs.ts'): Promise<{ folder: string; program: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'cifarlab-child-'));
  await build({
    config: false,
    silent: true,
    entry: { child: fileURLToPath(new URL(source, import.meta.url)) },
    outDir: folder,
    outExtension: () => ({ js: '.mjs' }),
    format: 'esm',
    target: 'node20',
    platform: 'node',
    noExternal: [/./],
    // CommonJS packages of the bundle ask for Node's modules.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    esbuildOptions(options) {
      options.conditions = ['@cifarlab/source'];
    },
  });
  return { folder, program: join(folder, 'child.mjs') };
}
