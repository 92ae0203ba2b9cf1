import { join } from 'node:path';
import { writeWhole } from '@cifarlab/internals/write-whole';
import { RECORDS_FILE } from '../../formats/records-file.js';

/**
 * Writes the cache file whole: a reader sees the old file or the new one, however many processes write at once.
 *
 * @returns the path of the cache file.
 */
export async function writeCacheFile(cacheDir: string, records: Uint8Array): Promise<string> {
  const path = join(cacheDir, RECORDS_FILE);
  await writeWhole(path, records);
  return path;
}
