import { show } from '@cifarlab/internals/show';
import type { Entry, FileEntry } from '@zip.js/zip.js';
import type { Budget } from './budget.js';
import { malformed, TorchWeightsError } from './error.js';

/** The files of a ZIP archive. */
interface ZipEntries {
  readonly names: readonly string[];
  /**
   * Unpacks a file, once, and checks it against its CRC-32.
   *
   * @param size how many bytes it must have.
   */
  read(name: string, size?: number): Promise<Uint8Array>;
}

/** An entry takes at least this many bytes of an archive; torch.save aligns files, so that each takes more. */
const SMALLEST_ENTRY = 96;
/** Compression methods: stored and deflated. */
const METHODS: readonly number[] = [0, 8];
const CHECKS = { useWebWorkers: false, checkSignature: true, checkOverlappingEntry: true };

/**
 * Opens a ZIP archive in memory.
 *
 * @param unpacked what its files may take, all together.
 * @throws {TorchWeightsError} `MALFORMED` when it is not an archive, or names a file twice.
 */
export async function openZip(bytes: Uint8Array, file: string, unpacked: Budget): Promise<ZipEntries> {
  // Not every user has an archive; the others need not wait for it.
  const { Uint8ArrayReader, ZipReader } = await import('@zip.js/zip.js');
  const entries = new Map<string, FileEntry>();
  const most = 1024 + Math.floor(bytes.length / SMALLEST_ENTRY);
  let count = 0;
  try {
    for await (const entry of new ZipReader(new Uint8ArrayReader(bytes), CHECKS).getEntriesGenerator()) {
      count += 1;
      if (count > most) throw new Error(`more than ${most} files, which is more than its size has room for`);
      if (entry.directory) continue;
      if (entries.has(entry.filename)) throw new Error(`two files of the name ${show(entry.filename)}`);
      entries.set(entry.filename, entry);
    }
  } catch (error) {
    throw malformed(file, `a broken ZIP archive: ${(error as Error).message}`, error);
  }
  const read = new Map<string, Promise<Uint8Array>>();
  return {
    names: [...entries.keys()],
    read(name, size) {
      const entry = entries.get(name);
      if (entry === undefined) throw malformed(file, `it has no file ${show(name)}`);
      requireReadable(entry, file);
      if (size !== undefined && entry.uncompressedSize !== size) {
        throw malformed(file, `${show(name)} has ${entry.uncompressedSize} bytes, where its tensors expect ${size}`);
      }
      const before = read.get(name);
      if (before !== undefined) return before;
      unpacked.spend(entry.uncompressedSize);
      const unpacking = unpack(entry).catch((error: unknown) => {
        throw malformed(file, `${show(name)} cannot be unpacked: ${(error as Error).message}`, error);
      });
      read.set(name, unpacking);
      return unpacking;
    },
  };
}

function requireReadable({ filename, encrypted, compressionMethod }: Entry, file: string): void {
  const problem = encrypted
    ? 'is encrypted'
    : METHODS.includes(compressionMethod)
      ? undefined
      : `is compressed by a method that is not read here (${compressionMethod}, where 0 and 8 are)`;
  if (problem === undefined) return;
  throw new TorchWeightsError('UNSUPPORTED', `${file}: ${show(filename)} ${problem}. Save it again with torch.save.`);
}

/** Unpacks into the room that the directory gives a file, and no more; more or less than that is the library's error. */
async function unpack(entry: FileEntry): Promise<Uint8Array> {
  const bytes = new Uint8Array(entry.uncompressedSize);
  let done = 0;
  const writable = new WritableStream<Uint8Array>({
    write(chunk) {
      bytes.set(chunk, done);
      done += chunk.length;
    },
  });
  await entry.getData(writable, CHECKS);
  return bytes;
}
