import { defineConfig, type Options } from 'tsup';

/**
 * The build of every package: ESM and CommonJS side by side, with declarations and source maps.
 *
 * @param entry entry name -> source file; each becomes `dist/<name>.js`, `.cjs`, `.d.ts`, `.d.cts`.
 * @param options what one package needs differently.
 */
export function definePackage(entry: Record<string, string> = { index: 'src/index.ts' }, options: Options = {}) {
  return defineConfig({
    entry,
    format: ['esm', 'cjs'],
    target: 'node20',
    dts: true,
    sourcemap: true,
    clean: true,
    splitting: true,
    treeshake: true,
    // CommonJS has no import.meta: createRequire takes the file's own name as well.
    esbuildOptions(options, { format }) {
      if (format === 'cjs') options.define = { ...options.define, 'import.meta.url': '__filename' };
    },
    ...options,
  });
}
