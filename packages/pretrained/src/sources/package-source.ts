import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { systemCode } from '@cifarlab/internals/reasons';
import type { CatalogueEntry } from '../catalogue.js';
import { requireDigest } from '../digest.js';
import type { Source } from './source.js';

/**
 * Returns the source of the npm package of the weights, if it is installed.
 *
 * @param folder whose packages are looked at first, before those that are installed beside this one.
 */
export function packageSource({ name, file }: NonNullable<CatalogueEntry['npmPackage']>, folder: string): Source {
  return {
    origin: 'package',
    place: `npm package ${name}`,
    isRemote: false,
    onFailure: 'warn',
    async read() {
      for (const require of [createRequire(join(folder, 'index.js')), createRequire(import.meta.url)]) {
        for (const modules of require.resolve.paths(name) ?? []) {
          const path = join(modules, name, file.name);
          try {
            const bytes = await readFile(path);
            requireDigest(bytes, file, path);
            return { bytes, from: path };
          } catch (error) {
            if (!['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) throw error;
          }
        }
      }
      return { nothing: 'not installed' };
    },
  };
}
