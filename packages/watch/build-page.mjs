import { copyFile, mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const path = (/** @type {string} */ relative) => fileURLToPath(new URL(relative, import.meta.url));

/**
 * Writes the page into a folder: all that the server has to serve.
 *
 * @param {string} outdir
 * @returns {Promise<string[]>} the files of other packages that are in it
 */
export async function buildPage(outdir) {
  await mkdir(outdir, { recursive: true });
  await copyFile(path('src/client/page.html'), `${outdir}/page.html`);
  const { metafile } = await build({
    absWorkingDir: path('.'),
    entryPoints: ['src/client/page.ts'],
    outdir,
    bundle: true,
    minify: true,
    metafile: true,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    conditions: ['@cifarlab/source'],
    legalComments: 'none',
    logLevel: 'warning',
  });
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  const present = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => path(file));
  return present.filter((file) => file.includes('/node_modules/'));
}
