import { join } from 'node:path';
import { systemCode } from '@cifarlab/internals/reasons';
import { RECORDS_FILE, readRecordsFile } from '../../formats/records-file.js';
import type { NothingThere, Source, SourceContext, SourceImages } from '../source.js';

/** Returns the source of the data that an earlier search has kept in the cache folder. */
export function cacheSource(cacheDir: string): Source {
  const path = join(cacheDir, RECORDS_FILE);
  return {
    origin: 'cache',
    place: path,
    trying: `Looking for ${path}`,
    isRemote: false,
    onFailure: 'warn',
    allowsUnverified: false,
    read: (context) => read(path, context),
  };
}

async function read(path: string, context: SourceContext): Promise<SourceImages | NothingThere> {
  try {
    return { raw: await readRecordsFile(path, context), form: 'records', from: path };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return { nothing: 'not there yet' };
    throw error;
  }
}
