import { type FileHandle, open } from 'node:fs/promises';
import { Cifar10Error } from '../errors.js';
import { BATCH_NAMES, RECORD_SIZE } from '../records.js';
import { Assembly, type RawCifar10 } from './assembly.js';
import type { ReadContext } from './read-context.js';

/**
 * The file that the cache keeps: the six batches as records, one after the other, 184,380,000 bytes, without a header.
 * What it must hold is known to the bit (the digests of the published batches), so there are no claims in it to trust.
 */
export const RECORDS_FILE = 'cifar-10-records.bin';

/**
 * Reads a file of six batches of records of equal size.
 *
 * @throws {Cifar10Error} `MALFORMED` when its size fits no such file or it cannot be read.
 */
export async function readRecordsFile(path: string, context: ReadContext): Promise<RawCifar10> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size === 0 || size % (BATCH_NAMES.length * RECORD_SIZE) !== 0) {
      throw new Cifar10Error(
        'MALFORMED',
        `${path}: ${size} bytes are not six batches of records of ${RECORD_SIZE} bytes, so the file is truncated or altered. Delete it, and it will be made again.`,
      );
    }
    const assembly = new Assembly();
    const count = size / BATCH_NAMES.length / RECORD_SIZE;
    const rooms = BATCH_NAMES.map((name) => assembly.room(name, count));
    let next = readFully(file, rooms[0]!, 0, path);
    for (const [i, name] of BATCH_NAMES.entries()) {
      await next;
      context.signal?.throwIfAborted();
      // The next batch is read from disk while this one is verified and summed.
      const following = rooms[i + 1];
      next = following ? readFully(file, following, (i + 1) * following.length, path) : Promise.resolve();
      next.catch(() => undefined);
      await assembly.seal(name, rooms[i]!, path);
      context.onFile?.(name, i + 1, BATCH_NAMES.length);
    }
    return await assembly.finish(context.digests);
  } finally {
    await file.close();
  }
}

async function readFully(file: FileHandle, into: Uint8Array, position: number, path: string): Promise<void> {
  for (let done = 0; done < into.length; ) {
    const { bytesRead } = await file.read(into, done, into.length - done, position + done);
    if (bytesRead === 0) {
      throw new Cifar10Error('MALFORMED', `${path}: ends too early. Delete it, and it will be made again.`);
    }
    done += bytesRead;
  }
}
