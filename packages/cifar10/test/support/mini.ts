import { fileURLToPath } from 'node:url';
import type { RawCifar10 } from '../../src/formats/assembly.js';
import { layoutOf } from '../../src/formats/forms.js';
import { readFolder } from '../../src/formats/read-folder.js';
import { BATCH_NAMES, type BatchDigests, type BatchName, PUBLISHED_DIGESTS, RECORD_SIZE } from '../../src/records.js';
import { type Origins, PUBLISHED_ORIGINS } from '../../src/sources/origins.js';

/** 40 images per batch, in pickles with the opcodes of the published ones. */
export const MINI_FOLDER = fileURLToPath(new URL('../fixtures/cifar10-mini', import.meta.url));
export const MINI_PICKLES = `${MINI_FOLDER}/cifar-10-batches-py`;

export const MINI: RawCifar10 = await readFolder(MINI_PICKLES, layoutOf('python'), { digests: PUBLISHED_DIGESTS });

export const MINI_DIGESTS = Object.fromEntries(MINI.batches.map(({ name, sha256 }) => [name, sha256])) as BatchDigests;

/** Returns the records of one batch of the mini set. */
export function miniRecords(name: BatchName): Uint8Array {
  const size = 40 * RECORD_SIZE;
  const start = BATCH_NAMES.indexOf(name) * size;
  return MINI.records.slice(start, start + size);
}

/** Returns origins without a place on the network, with the mini set's digests and little patience. */
export function miniOrigins(changes: Partial<Origins> = {}): Origins {
  return {
    ...PUBLISHED_ORIGINS,
    digests: MINI_DIGESTS,
    archive: { url: 'http://127.0.0.1:9/cifar-10-python.tar.gz', md5: '0'.repeat(32), size: 1 },
    npmPackage: { ...PUBLISHED_ORIGINS.npmPackage, spec: 'no-such-package@1.0.0' },
    patience: { connect: 2000, response: 2000, idle: 2000, pause: 1 },
    describeMs: 5000,
    ...changes,
  };
}
