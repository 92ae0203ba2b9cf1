import { copyFile, mkdir } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const path = (/** @type {string} */ relative) => fileURLToPath(new URL(relative, import.meta.url));

/**
 * Writes the page into a folder: all that a web server has to serve.
 *
 * @param {string} outdir
 */
export async function buildPage(outdir) {
  await mkdir(outdir, { recursive: true });
  await copyFile(path('index.html'), `${outdir}/index.html`);
  await build({
    entryPoints: [path('src/main.ts')],
    outdir,
    bundle: true,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
    splitting: true, // what `import()` loads stays apart until it is needed
    minify: true,
    loader: { '.wasm': 'file' }, // copied; the import gives the file's name
    logLevel: 'warning',
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await buildPage(path('dist'));
