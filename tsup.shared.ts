import { defineConfig, type Options } from 'tsup';
import { bundledForCommonJs } from './tsup.third-party.shared.ts';

/** Options of one package. */
interface PackageOptions extends Options {
  /** Dependencies that are ES modules only: the CommonJS build brings them along, in `dist/third-party`. */
  esmOnly?: readonly string[];
}

/**
 * The build of every package: ESM and CommonJS side by side, with source maps. `scripts/build-types.mjs` makes the
 * declarations of all packages at once.
 *
 * @param entry entry name -> source file; each becomes `dist/<name>.js`, `.cjs`.
 * @param options what one package needs differently.
 */
export function definePackage(
  entry: Record<string, string> = { index: 'src/index.ts' },
  { esmOnly = [], ...options }: PackageOptions = {},
) {
  return defineConfig({
    entry,
    format: ['esm', 'cjs'],
    target: 'node20',
    sourcemap: true,
    clean: ['!**/*.d.{ts,cts}'],
    splitting: true,
    treeshake: true,
    // What the plugin below puts in their place is external; they themselves must reach it.
    noExternal: [...esmOnly],
    esbuildPlugins: [bundledForCommonJs(esmOnly)],
    plugins: [requireOnly],
    // CommonJS has no import.meta: createRequire takes the file's own name as well.
    esbuildOptions(options, { format }) {
      if (format === 'cjs') options.define = { ...options.define, 'import.meta.url': '__filename' };
    },
    ...options,
  });
}

/**
 * CommonJS without `import()`, which Jest refuses unless Node is started with a flag: `require`, as late as before.
 * Nothing that is loaded this way has a default export, so that the module is its own namespace.
 */
const requireOnly: NonNullable<Options['plugins']>[number] = {
  name: 'require-only',
  renderChunk(code) {
    if (this.format !== 'cjs') return undefined;
    return { code: code.replace(/\bimport\((["'][^"']+["'])\)/g, 'Promise.resolve().then(() => require($1))') };
  },
};
