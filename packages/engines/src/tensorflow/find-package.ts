import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** A package that is installed. */
export interface InstalledPackage {
  folder: string;
  version: string;
  /** `require` as the package's own modules have it. */
  require: NodeJS.Require;
}

/**
 * Looks for a package as a module in `folder` would, then as this package itself would. Nothing of it is run.
 *
 * @returns undefined when it is not installed.
 */
function findPackage(name: string, folder: string): InstalledPackage | undefined {
  for (const require of [createRequire(join(folder, 'index.js')), createRequire(import.meta.url)]) {
    for (const path of require.resolve.paths(name) ?? []) {
      const manifest = join(path, name, 'package.json');
      if (!existsSync(manifest)) continue;
      const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
      // Its dependencies may lie beside what a link in `node_modules` points to.
      return { folder: join(path, name), version, require: createRequire(realpathSync(manifest)) };
    }
  }
  return undefined;
}

/** Releases of TensorFlow.js's packages that go with the one here. */
export const release = '4.22.0';

/** Finds a package. @throws Error with the command that installs it when it is not there. */
export function installed(name: string, folder: string, remedy: string, note?: string): InstalledPackage {
  const found = findPackage(name, folder);
  if (found) return found;
  throw new Error(`${name} is not installed in ${folder}; turn it on with: ${remedy}${note ? ` (${note})` : ''}`);
}
