import type { Readable } from 'node:stream';
import type { Entry } from 'yauzl';
import { ARCHIVE_LIMITS, type ArchiveLimits } from './archive.js';
import { Cifar10Error, reasonOf } from './errors.js';

/**
 * Reads files out of a `.zip`, into memory, one at a time. Nothing is written to disk. Its directory is judged as a whole
 * before anything is unpacked, and a file gets no more room than the directory gives it.
 *
 * @param path the archive.
 * @param choose gets all names, and says whether a file is needed.
 * @param onFile gets every wanted file; the archive waits for it.
 * @throws {Cifar10Error} `UNSAFE_ARCHIVE` or `MALFORMED`; errors of `onFile` pass through.
 */
export async function readZip(
  path: string,
  choose: (names: readonly string[]) => (name: string) => boolean,
  onFile: (name: string, bytes: Uint8Array) => Promise<void>,
  { limits = ARCHIVE_LIMITS, signal }: { limits?: ArchiveLimits; signal?: AbortSignal | undefined } = {},
): Promise<void> {
  // Few users have one; the others need not wait for it.
  const yauzl = await import('yauzl');
  const zip = await yauzl.openPromise(path, { autoClose: false, lazyEntries: true }).catch((error: unknown) => {
    throw broken(path, error);
  });
  try {
    const entries: Entry[] = [];
    try {
      for await (const entry of zip.eachEntry()) {
        entries.push(entry);
        if (entries.length > limits.entries) break;
      }
    } catch (error) {
      throw broken(path, error);
    }
    const wanted = choose(entries.map(({ fileName }) => fileName));
    if (zip.entryCount > limits.entries) {
      throw unsafe(path, `it holds ${zip.entryCount} files, more than ${limits.entries}`);
    }
    let unpacked = 0;
    for (const entry of entries) {
      if (entry.fileName.endsWith('/') || !wanted(entry.fileName)) continue;
      signal?.throwIfAborted();
      requireModest(entry, path, limits);
      unpacked += entry.uncompressedSize;
      if (unpacked > limits.total) throw unsafe(path, `it unpacks to more than ${limits.total} bytes`);
      const bytes = await unpack(entry, () => zip.openReadStreamPromise(entry)).catch((error: unknown) => {
        throw broken(path, error);
      });
      await onFile(entry.fileName, bytes);
    }
  } finally {
    zip.close();
  }
}

/** Stored and deflated. */
const ZIP_METHODS: readonly number[] = [0, 8];

function requireModest(entry: Entry, path: string, limits: ArchiveLimits): void {
  const shown = JSON.stringify(entry.fileName);
  if (entry.isEncrypted()) {
    throw new Cifar10Error('MALFORMED', `${path}: ${shown} is encrypted. Unpack the archive, and give the folder.`);
  }
  if (!ZIP_METHODS.includes(entry.compressionMethod)) {
    throw new Cifar10Error(
      'MALFORMED',
      `${path}: ${shown} is compressed by a method that is not read here (${entry.compressionMethod}, where 0 and 8 are). Unpack the archive, and give the folder.`,
    );
  }
  if (entry.uncompressedSize > limits.file) {
    throw unsafe(path, `${shown} holds ${entry.uncompressedSize} bytes, more than ${limits.file}`);
  }
}

async function unpack(entry: Entry, open: () => Promise<Readable>): Promise<Uint8Array> {
  const bytes = new Uint8Array(entry.uncompressedSize);
  let done = 0;
  // The stream ends with an error when there is more or less than the directory says.
  for await (const chunk of await open()) {
    bytes.set(chunk as Buffer, done);
    done += (chunk as Buffer).length;
  }
  return bytes;
}

function unsafe(where: string, what: string): Cifar10Error {
  return new Cifar10Error(
    'UNSAFE_ARCHIVE',
    `${where}: refused because ${what}. Fetch the archive again from a source you trust.`,
  );
}

function broken(where: string, cause: unknown): Cifar10Error {
  return new Cifar10Error(
    'MALFORMED',
    `${where}: not a whole .zip archive (${reasonOf(cause)}). Fetch it again, or leave the data folder out to download the data.`,
    { cause },
  );
}
