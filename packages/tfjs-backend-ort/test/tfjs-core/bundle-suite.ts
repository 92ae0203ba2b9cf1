import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';

/** Taken by tfjs-core's tests as well, which have no dependency on it. */
const JASMINE = 'jasmine-core/lib/jasmine-core/jasmine.js';

/** Workspace sources find files beside them by `import.meta.url`, which must not become the bundle's. */
const keepModuleUrls: Plugin = {
  name: 'keep-module-urls',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]packages[\\/][^\\/]+[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, 'utf8');
      return { contents: source.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href)), loader: 'ts' };
    });
  },
};

/**
 * Bundles tfjs-core's tests with this backend, so that both use one copy of tfjs-core: the tests reach into its modules
 * by relative path, where a program in Node gets the same modules as one file.
 */
export async function bundleSuite(outfile: string): Promise<void> {
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL('suite.ts', import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['@cifarlab/source'],
    mainFields: ['module', 'main'],
    // tfjs-core declares its tests free of side effects.
    ignoreAnnotations: true,
    alias: { [JASMINE]: createRequire(import.meta.url).resolve(JASMINE) },
    external: ['node-fetch'],
    plugins: [keepModuleUrls],
    banner: { js: "import { createRequire as r } from 'node:module'; const require = r(import.meta.url);" },
    metafile: true,
    logLevel: 'error',
  });
  const copies = Object.keys(metafile.inputs).filter((file) => /tfjs-core\/dist\/(engine|tf-core.*)\.js$/.test(file));
  if (copies.length !== 1) throw new Error(`The bundle has ${copies.length} copies of tfjs-core: ${copies.join(', ')}`);
}
