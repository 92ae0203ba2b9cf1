import { readFile, stat } from 'node:fs/promises';
import { Cifar10Error } from '../errors.js';

/** The most bytes that Node reads at once. */
const LARGEST_FILE = 2 ** 31 - 1;

/**
 * Reads a file that has an end: a FIFO may never have one, nor a device.
 *
 * @throws {Cifar10Error} `MALFORMED` for a file that is too large, and as {@link sizeOf}.
 */
export async function readRegular(path: string): Promise<Uint8Array> {
  const size = await sizeOf(path);
  if (size <= LARGEST_FILE) return readFile(path);
  throw new Cifar10Error(
    'MALFORMED',
    `${path}: holds ${size} bytes, more than the ${LARGEST_FILE} that can be read at once. Fetch the file again, or give batches of fewer images.`,
  );
}

/**
 * Bytes of a file.
 *
 * @throws {Cifar10Error} `NOT_FOUND` if it is not a file; errors of the system pass through.
 */
export async function sizeOf(path: string): Promise<number> {
  const entry = await stat(path);
  if (entry.isFile()) return entry.size;
  const what = entry.isDirectory() ? 'a folder' : entry.isFIFO() ? 'a FIFO' : 'a device or a socket';
  throw new Cifar10Error('NOT_FOUND', `${path}: is ${what}, where a file is expected. Put the file itself there.`);
}
