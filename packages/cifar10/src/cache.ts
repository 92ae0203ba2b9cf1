import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import envPaths from 'env-paths';
import { Assembly, type RawCifar10 } from './assembly.js';
import { Cifar10Error, reasonOf, requirePath, systemCode } from './errors.js';
import { flush } from './flush.js';
import { BATCH_NAMES, RECORD_SIZE } from './format.js';
import type { ReadContext } from './read-form.js';

/**
 * The cache file: the six batches as records, one after the other, 184,380,000 bytes, without a header. What it must
 * hold is known to the bit (the digests of the published batches), so that it needs no claims of its own to trust.
 */
export const CACHE_FILE = 'cifar-10-records.bin';

/** The file by which a folder is tried. */
const PROBE = /^\.probe-\d+-[0-9a-f]{8}$/;

/** A temporary file that nothing has written to for this long was left by a process that died. */
const ABANDONED_MS = 60 * 60 * 1000;

/**
 * The cache folder: the option, else `CIFARLAB_CACHE_DIR`, else the platform's (`~/.cache/cifarlab`,
 * `~/Library/Caches/cifarlab`, `%LOCALAPPDATA%\cifarlab\Cache`; `XDG_CACHE_HOME` is honoured on Linux).
 *
 * @throws {Cifar10Error} `EMPTY_PATH` when the option or the variable is empty or blank.
 */
export function cifar10CacheDir(cacheDir?: string, env: NodeJS.ProcessEnv = process.env): string {
  requirePath(cacheDir, 'cacheDir');
  requirePath(env.CIFARLAB_CACHE_DIR, 'The environment variable CIFARLAB_CACHE_DIR');
  return cacheDir ?? env.CIFARLAB_CACHE_DIR ?? envPaths('cifarlab', { suffix: '' }).cache;
}

/**
 * Reads a file of six batches of records of equal size.
 *
 * @throws {Cifar10Error} `MALFORMED` when its size fits no such file or it cannot be read.
 */
export async function readCacheFile(path: string, context: ReadContext): Promise<RawCifar10> {
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

/**
 * Writes the cache file: to a temporary file of its own in the same folder, flushed, then renamed, so that a reader
 * sees the old file or the whole new one, whatever happens and however many processes write at once.
 *
 * @returns the path of the cache file.
 */
export async function writeCacheFile(cacheDir: string, records: Uint8Array): Promise<string> {
  const path = join(cacheDir, CACHE_FILE);
  await mkdir(cacheDir, { recursive: true });
  await removeAbandoned(cacheDir);
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`;
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(records);
      await flush(file);
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
  return path;
}

/**
 * Makes sure, before anything is downloaded, that there is a folder to keep it in.
 *
 * @throws {Cifar10Error} `CACHE_UNWRITABLE`.
 */
export async function prepareCacheDir(cacheDir: string): Promise<void> {
  const probe = join(cacheDir, `.probe-${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    await mkdir(cacheDir, { recursive: true });
    await (await open(probe, 'wx')).close();
    await rm(probe, { force: true });
    await removeAbandoned(cacheDir);
  } catch (error) {
    throw new Cifar10Error(
      'CACHE_UNWRITABLE',
      `The cache folder ${cacheDir} cannot be written (${inWords(error)}). Make it writable, or name another with cacheDir or CIFARLAB_CACHE_DIR.`,
      { cause: error },
    );
  }
}

function inWords(error: unknown): string {
  switch (systemCode(error)) {
    case 'EROFS':
      return 'it is on a read-only file system';
    case 'EACCES':
    case 'EPERM':
      return 'no permission';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'no space is left';
    case 'ENOTDIR':
    case 'EEXIST':
      return 'a part of its path is a file';
  }
  return reasonOf(error);
}

/** A rename outlasts a power cut once its folder is flushed; Windows has no such call and needs none. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') {
    return;
  }
  const handle = await open(folder);
  try {
    await flush(handle);
  } catch {
    // Some network file systems refuse to flush a folder; the file itself is flushed already.
  } finally {
    await handle.close();
  }
}

async function removeAbandoned(cacheDir: string): Promise<void> {
  for (const name of await readdir(cacheDir)) {
    if ((name.startsWith(`${CACHE_FILE}.`) && name.endsWith('.tmp')) || PROBE.test(name)) {
      const path = join(cacheDir, name);
      const age = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now());
      if (age > ABANDONED_MS) {
        await rm(path, { force: true });
      }
    }
  }
}
