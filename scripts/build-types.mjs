// @ts-check
// The declarations of all packages, `dist/*.d.ts` for ES modules and `.d.cts` for CommonJS: `npm run build:types`.
// One process makes them all: most of the time goes into starting the compiler, not into the work itself.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { root } from './lib/workspace.mjs';
import { entryPoints } from './weight/entry-points.mjs';

const internals = '@cifarlab/internals/';

/** @type {Map<string, Record<string, string>>} folder of a package -> name in `dist` -> source */
const entries = new Map();
for (const { folder, source, manifest, path } of entryPoints()) {
  const ofPackage = entries.get(folder) ?? {};
  entries.set(folder, ofPackage);
  ofPackage[basename(manifest.exports[path].import.types, '.d.ts')] = join(root, folder, source);
}
for (const [folder, input] of entries) await buildTypes(join(root, folder), input);

/** @param {string} folder @param {Record<string, string>} input */
async function buildTypes(folder, input) {
  const bundle = await rollup({
    input,
    // What is built in brings its types along.
    external: (id) => !/^[./]/.test(id) && !id.startsWith(internals),
    plugins: [
      dts({
        tsconfig: join(folder, 'tsconfig.json'),
        compilerOptions: { paths: { [`${internals}*`]: [join(root, 'packages/internals/src/*.ts')] } },
      }),
    ],
    onLog: (level, log) => {
      // An entry point may only register something.
      if (log.code !== 'EMPTY_BUNDLE') throw new Error(`${folder}: ${level}: ${log.message}`);
    },
  });
  const dist = join(folder, 'dist');
  if (existsSync(dist)) {
    for (const name of readdirSync(dist)) if (/\.d\.c?ts$/.test(name)) rmSync(join(dist, name));
  }
  for (const extension of ['.d.ts', '.d.cts']) {
    await bundle.write({
      dir: dist,
      entryFileNames: `[name]${extension}`,
      chunkFileNames: `[name]-[hash]${extension}`,
    });
  }
  await bundle.close();
}
