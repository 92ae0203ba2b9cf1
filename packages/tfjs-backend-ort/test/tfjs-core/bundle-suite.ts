import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
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

/** Has packages loaded from where the entry finds them. */
const leaveOutside = (names: readonly string[], entry: string): Plugin => ({
  name: 'leave-outside',
  setup({ onResolve }) {
    onResolve({ filter: /^[\w@]/ }, ({ path, kind }) => {
      const isOutside = kind !== 'entry-point' && names.includes(path);
      return isOutside ? { path: createRequire(entry).resolve(path), external: true } : undefined;
    });
  },
});

/**
 * Bundles tfjs-core's tests with a backend, so that both use one copy of tfjs-core: the tests reach into its modules
 * by relative path, where a program in Node gets the same modules as one file.
 *
 * @param entry the suite's file.
 * @param outside packages that cannot be bundled, such as native libraries.
 */
export async function bundleSuite(entry: string, outfile: string, outside: readonly string[]): Promise<void> {
  const { metafile } = await build({
    entryPoints: [entry],
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
    plugins: [keepModuleUrls, leaveOutside(outside, entry)],
    banner: { js: "import { createRequire as r } from 'node:module'; const require = r(import.meta.url);" },
    metafile: true,
    logLevel: 'error',
  });
  const copies = Object.keys(metafile.inputs).filter((file) => /tfjs-core\/dist\/(engine|tf-core.*)\.js$/.test(file));
  if (copies.length !== 1) throw new Error(`The bundle has ${copies.length} copies of tfjs-core: ${copies.join(', ')}`);
}
