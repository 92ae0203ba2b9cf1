import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../lib/workspace.mjs';

/** @typedef {'esm' | 'cjs'} Format */

/**
 * Runs code in a separate Node process, where a package imports itself by name: what users get, the built files.
 *
 * @param {string} code
 * @param {{ folder: string, format: Format, env?: Record<string, string> }} options `folder`: the package's, from the root
 * @returns {Promise<{ stdout: string, milliseconds: number }>} from start to end of the process
 */
export function runInPackage(code, { folder, format, env = {} }) {
  return new Promise((resolve, reject) => {
    const { NODE_OPTIONS: _, NODE_V8_COVERAGE: __, ...outer } = process.env;
    const start = performance.now();
    const type = format === 'esm' ? 'module' : 'commonjs';
    const child = spawn(process.execPath, [`--input-type=${type}`, '--eval', code], {
      cwd: join(root, folder),
      env: { ...outer, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => {
      stdout += chunk;
    });
    child.on('error', reject);
    child.on('close', (exitCode) => {
      if (exitCode === 0) resolve({ stdout, milliseconds: performance.now() - start });
      else reject(new Error(`A process of ${folder} ended with ${exitCode}. It ran: ${code}`));
    });
  });
}

/** @param {string} specifier @param {Format} format @returns {string} code that imports it and does no more */
export function importCode(specifier, format) {
  return format === 'esm' ? `import '${specifier}';` : `require('${specifier}');`;
}

/**
 * Returns the files of code that an import loads.
 *
 * @param {string} code
 * @param {{ folder: string, format: Format }} options
 * @returns {Promise<{ stdout: string, files: string[] }>} absolute paths
 */
export async function filesLoadedBy(code, options) {
  const reports = mkdtempSync(join(tmpdir(), 'cifarlab-import-'));
  try {
    const { stdout } = await runInPackage(code, { ...options, env: { NODE_V8_COVERAGE: reports } });
    const files = readdirSync(reports)
      .flatMap((name) => JSON.parse(readFileSync(join(reports, name), 'utf8')).result)
      .filter(({ url }) => url.startsWith('file:') && !url.includes('[eval'))
      .map(({ url }) => fileURLToPath(url));
    return { stdout, files: [...new Set(files)].sort() };
  } finally {
    rmSync(reports, { recursive: true });
  }
}

/** @param {string} file @returns {string} the name of the package that it belongs to */
export function packageOfFile(file) {
  const [, inStore] = /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(file) ?? [];
  if (inStore) return inStore.replaceAll('\\', '/');
  const folder = file
    .slice(root.length + 1)
    .replaceAll('\\', '/')
    .split('/')
    .slice(0, 2)
    .join('/');
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).name;
}
