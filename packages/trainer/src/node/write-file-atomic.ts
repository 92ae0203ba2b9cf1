import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { flush } from '@cifarlab/internals/flush';
import { errorCode, type FileSystem, nodeFileSystem } from './file-system.js';
import { removeAbandoned, temporaryName } from './temporary-file.js';

/** Errors of file systems and platforms that cannot flush a folder. */
const CANNOT_FLUSH_FOLDER = ['EACCES', 'EPERM', 'EISDIR', 'EINVAL', 'ENOTSUP', 'EBADF'];

/** Number of links, one after the other, that Linux follows. */
const MOST_LINKS = 40;

/**
 * Writes a file so that at every moment, a crash or power loss included, `path` is either as it was or complete: the
 * data go to a temporary file in the same folder, which is flushed to the disk and renamed; then the folder is flushed.
 * The file keeps its mode, and its owner if the system allows that. What a process that has ended left of an earlier
 * try to write the same file is removed.
 *
 * A symbolic link stays, and what it points to is written. A pipe or a device is written into; that is not atomic.
 *
 * @param path in an existing folder; a file there is replaced, unless it is write-protected.
 * @param data text is written as UTF-8.
 * @throws the operating system's error (with `code`, and `path` as given), after removing the temporary file; `path` is as
 *   it was then. `EISDIR` where `path` is a folder.
 */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  { fs = nodeFileSystem }: { fs?: FileSystem } = {},
): Promise<void> {
  try {
    const before = await statOf(path, fs);
    if (before?.isDirectory()) {
      throw Object.assign(new Error(`EISDIR: illegal operation on a directory, open '${path}'`), {
        code: 'EISDIR',
        syscall: 'open',
      });
    }
    if (before !== undefined && !before.isFile()) await writeInto(path, data, fs);
    else await replace(await followLinks(path, fs), data, before, fs);
  } catch (error) {
    throw about(path, error);
  }
}

async function statOf(path: string, fs: FileSystem): Promise<Stats | undefined> {
  try {
    return await fs.stat(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function writeInto(path: string, data: string | Uint8Array, fs: FileSystem): Promise<void> {
  const file = await fs.open(path, 'w');
  try {
    await file.writeFile(data);
  } finally {
    await file.close();
  }
}

/** Returns where a path leads, even if nothing is there yet. */
async function followLinks(path: string, fs: FileSystem): Promise<string> {
  let at = path;
  for (let links = 0; links <= MOST_LINKS; links++) {
    let to: string;
    try {
      to = await fs.readlink(at);
    } catch (error) {
      if (['EINVAL', 'ENOENT'].includes(errorCode(error) ?? '')) return at;
      throw error;
    }
    at = resolve(await fs.realpath(dirname(at)), to);
  }
  throw Object.assign(new Error(`ELOOP: too many symbolic links, open '${path}'`), { code: 'ELOOP', syscall: 'open' });
}

async function replace(
  path: string,
  data: string | Uint8Array,
  before: Stats | undefined,
  fs: FileSystem,
): Promise<void> {
  // Renaming asks for no permission of the file itself, whose owner may have protected it.
  if (before !== undefined) await fs.access(path, fs.constants.W_OK);
  const folder = dirname(path);
  await removeAbandoned(folder, basename(path), fs);
  const temporary = join(folder, temporaryName(basename(path), randomBytes(6).toString('hex')));
  // Until it has the mode of the file that it replaces, nobody else may read it.
  const file = await fs.open(temporary, 'wx', before === undefined ? 0o666 : 0o600);
  try {
    try {
      await file.writeFile(data);
      if (before !== undefined) {
        const { uid, gid } = await file.stat();
        if (uid !== before.uid || gid !== before.gid) await file.chown(before.uid, before.gid).catch(() => {});
        await file.chmod(before.mode & 0o7777);
      }
      await flush(file);
    } finally {
      await file.close();
    }
    await fs.rename(temporary, path);
  } catch (error) {
    await fs.unlink(temporary).catch(() => {});
    throw error;
  }
  await flushFolder(folder, fs);
}

/** Makes renames in a folder survive a power loss, if the platform can do that. */
async function flushFolder(path: string, fs: FileSystem): Promise<void> {
  try {
    const folder = await fs.open(path, 'r');
    try {
      await flush(folder);
    } finally {
      await folder.close();
    }
  } catch (error) {
    if (!CANNOT_FLUSH_FOLDER.includes(errorCode(error) ?? '')) throw error;
  }
}

/**
 * Returns an error of the system about the file that the caller named: it may carry no path, or that of a temporary
 * file.
 */
function about(path: string, error: unknown): unknown {
  if (typeof error !== 'object' || error === null) return error;
  const failure = error as NodeJS.ErrnoException;
  const { path: named } = failure;
  if (named !== undefined && named !== path) failure.message = failure.message.replaceAll(named, path);
  return Object.assign(failure, { path });
}
