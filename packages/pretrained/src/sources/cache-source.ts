import { readFile } from 'node:fs/promises';
import { systemCode } from '@cifarlab/internals/reasons';
import type { CatalogueEntry } from '../catalogue.js';
import { requireDigest } from '../digest.js';
import type { Source } from './source.js';

/** Returns the source of the weights that an earlier search has kept. */
export function cacheSource(path: string, { weights }: CatalogueEntry): Source {
  return {
    origin: 'cache',
    place: path,
    isRemote: false,
    onFailure: 'warn',
    async read() {
      try {
        const bytes = await readFile(path);
        requireDigest(bytes, weights, path);
        return { bytes, from: path };
      } catch (error) {
        if (systemCode(error) === 'ENOENT') return { nothing: 'not there yet' };
        throw error;
      }
    },
  };
}
