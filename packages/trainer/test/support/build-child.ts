import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';

/** Bundles a program from the sources into a folder for temporary files; returns the folder and the program's path. */
export async function buildChild(source: URL): Promise<{ folder: string; program: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'cifarlab-child-'));
  await build({
    config: false,
    silent: true,
    entry: { child: fileURLToPath(source) },
    outDir: folder,
    outExtension: () => ({ js: '.mjs' }),
    format: 'esm',
    target: 'node20',
    platform: 'node',
    noExternal: [/./],
    // CommonJS packages of the bundle ask for Node's modules.
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
    esbuildOptions(options) {
      options.conditions = ['@cifarlab/source'];
    },
  });
  return { folder, program: join(folder, 'child.mjs') };
}
