import { builtinModules } from 'node:module';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { type BuildResult, build, type Metafile, type Plugin } from 'esbuild';

export interface Bundle {
  /** The imports that a browser has no module for: how the entry comes to each, file by file. */
  missing: string[];
  warnings: string[];
  /** Bytes of what is loaded at once, minified. */
  minified: number;
  /** The same after gzip. */
  gzipped: number;
  /** Bytes after gzip of what `import()` loads later. */
  gzippedLater: number;
}

const folder = fileURLToPath(new URL('..', import.meta.url));
const ENTRY = 'page.js';

/**
 * Bundles all that an entry exports with its dependencies, for a browser and without polyfills.
 *
 * @param entryPoint what a page imports, such as `@cifarlab/trainer/tfjs`; its build is what is bundled.
 * @param external packages that are left to the application.
 */
export async function bundleForBrowser(entryPoint: string, external: readonly string[]): Promise<Bundle> {
  const { metafile, outputFiles, warnings } = await build({
    stdin: { contents: `export * from '${entryPoint}';`, resolveDir: folder, sourcefile: ENTRY },
    absWorkingDir: folder,
    bundle: true,
    platform: 'browser',
    format: 'esm',
    splitting: true,
    minify: true,
    write: false,
    metafile: true,
    outdir: 'out',
    external: [...external],
    plugins: [builtInsAreExternal],
    logLevel: 'silent',
  });
  return {
    missing: missingModules(metafile, external),
    warnings: warnings.map(({ text, location }) => `${location?.file}: ${text}`),
    ...sizes(metafile, outputFiles),
  };
}

/** Lets a build go on at an import of Node's modules, so that its metafile tells where that is. */
const builtInsAreExternal: Plugin = {
  name: 'built-ins-are-external',
  setup({ onResolve, resolve }) {
    const asked = Symbol('asked');
    onResolve(
      { filter: new RegExp(`^(node:.*|${builtinModules.join('|')})$`) },
      async ({ path, pluginData, ...from }) => {
        if (pluginData === asked) return undefined;
        // A package may have a substitute, or say that browsers do without: esbuild knows.
        const { errors } = await resolve(path, { ...from, pluginData: asked });
        return errors.length > 0 ? { path, external: true } : undefined;
      },
    );
  },
};

function missingModules({ inputs }: Metafile, external: readonly string[]): string[] {
  const isLeftOut = (path: string) => external.some((name) => path === name || path.startsWith(`${name}/`));
  const missing: string[] = [];
  const seen = new Set([ENTRY]);
  const queue: string[][] = [[ENTRY]];
  for (const chain of queue) {
    for (const { path, external: isOutside, kind } of inputs[chain.at(-1)!]!.imports) {
      if (isOutside && !isLeftOut(path)) missing.push([...chain, `${path} (${kind})`].map(shortName).join(' → '));
      if (isOutside || seen.has(path)) continue;
      seen.add(path);
      queue.push([...chain, path]);
    }
  }
  return missing;
}

/** A file's path without the place where the package manager keeps it. */
const shortName = (path: string) => path.replace(/^.*node_modules\//, '').replace(/^(\.\.\/)+/, '');

function sizes({ outputs }: Metafile, files: NonNullable<BuildResult['outputFiles']>) {
  const entry = Object.keys(outputs).find((file) => outputs[file]!.entryPoint === ENTRY)!;
  const atOnce = new Set([entry]);
  for (const file of atOnce) {
    for (const { path, kind, external } of outputs[file]!.imports) {
      if (kind === 'import-statement' && !external) atOnce.add(path);
    }
  }
  const sum = { minified: 0, gzipped: 0, gzippedLater: 0 };
  for (const { path, contents } of files) {
    const gzipped = gzipSync(contents, { level: 9 }).length;
    if ([...atOnce].some((file) => path.replaceAll('\\', '/').endsWith(`/${file}`))) {
      sum.minified += contents.length;
      sum.gzipped += gzipped;
    } else sum.gzippedLater += gzipped;
  }
  return sum;
}
