import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inject } from 'vitest';
import { direct } from './release.js';
import { succeed } from './run.js';

/** Third-party packages come from here the second time; in the repository's node_modules, which nobody commits. */
export const cache = fileURLToPath(new URL('../node_modules/.cache/npm', import.meta.url));
const nativeLibraries = fileURLToPath(new URL('native-libraries.cjs', import.meta.url));

interface LockedPackage {
  version: string;
  resolved?: string;
  integrity?: string;
  hasInstallScript?: boolean;
}

/** An empty folder outside the repository in which somebody uses packages of the registry. */
export interface Consumer {
  folder: string;
  /** The packages that npm installed, by path, such as `node_modules/ndarray`. */
  locked: Record<string, LockedPackage>;
}

/**
 * Installs packages with npm into an empty folder. Scripts of packages do not run: nothing may need them.
 *
 * @param all whether every package comes through the registry, not only those of its scope.
 */
export async function createConsumer(name: string, packages: readonly string[], all = false): Promise<Consumer> {
  const { folder: parent, registry } = inject('e2e');
  const folder = join(parent, 'consumers', name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  await writeFile(join(folder, '.npmrc'), all ? `registry=${registry}\n` : `@cifarlab:registry=${registry}\n`);
  const flags = ['--ignore-scripts', '--omit-lockfile-registry-resolved=false', '--no-audit', '--no-fund'];
  const fetching = ['--prefer-offline', '--fetch-retries=2', '--fetch-timeout=120000', `--cache=${cache}`];
  // pnpm, which runs these tests, names its registry in the environment, and that outdoes the folder's .npmrc.
  const environment = all ? { ...direct, npm_config_registry: registry } : direct;
  await succeed(['npm', 'install', ...flags, ...fetching, ...packages], folder, environment);
  const lock = JSON.parse(await readFile(join(folder, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  const { '': _, ...locked } = lock.packages;
  return { folder, locked };
}

/** Output of a consumer's program, and the files that it loaded. */
export interface Loaded {
  stdout: string;
  /** Every module that was loaded, in all threads, and every native library below a `node_modules`, as file URLs. */
  files: string[];
}

/** Runs a file of the consumer's folder with Node. */
export async function runFile({ folder }: Consumer, file: string, args: readonly string[] = []): Promise<Loaded> {
  const report = join(folder, `.loaded-${file.replaceAll(/\W/g, '-')}`);
  // As in Jest and in older Node, a script gets by without `require` of ES modules.
  const flags = file.endsWith('.cjs') ? ['--no-experimental-require-module'] : [];
  const { stdout } = await succeed([process.execPath, ...flags, '--require', nativeLibraries, file, ...args], folder, {
    NODE_V8_COVERAGE: report,
    CIFARLAB_NATIVE_LIBRARIES: join(report, 'native.txt'),
    CIFARLAB_OFFLINE: '1',
    CIFARLAB_CACHE_DIR: join(folder, '.cache'),
  });
  const native = (await readFile(join(report, 'native.txt'), 'utf8')).split('\n').filter(Boolean);
  const scripts: string[] = [];
  for (const name of (await readdir(report)).filter((one) => one.endsWith('.json'))) {
    const { result } = JSON.parse(await readFile(join(report, name), 'utf8')) as { result: { url: string }[] };
    scripts.push(...result.map(({ url }) => url).filter((url) => url.startsWith('file:')));
  }
  const own = pathToFileURL(nativeLibraries).href;
  const files = [...scripts, ...native.map((path) => pathToFileURL(path).href)].filter((url) => url !== own);
  return { stdout, files: [...new Set(files)] };
}
