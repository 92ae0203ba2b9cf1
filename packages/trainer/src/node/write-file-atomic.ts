import { randomBytes } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { errorCode, type FileSystem, nodeFileSystem } from './file-system.js';

/** The temporary files of {@link writeFileAtomic}; one is left behind only by a process that was killed. */
export const TEMPORARY_FILE = /^\..+\.[0-9a-f]{12}\.tmp$/;

/** Errors of file systems and platforms that cannot flush a folder. */
const CANNOT_FLUSH_FOLDER = ['EACCES', 'EPERM', 'EISDIR', 'EINVAL', 'ENOTSUP', 'EBADF'];

/**
 * Writes a file so that at every moment, a crash or power loss included, `path` is either as it was or complete: the
 * data go to a temporary file in the same folder, which is flushed to the disk and renamed; then the folder is flushed.
 *
 * @param path in an existing folder; a file there is replaced.
 * @param data text is written as UTF-8.
 * @throws the operating system's error (with `code`), after removing the temporary file; `path` is as it was then.
 */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  { fs = nodeFileSystem }: { fs?: FileSystem } = {},
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  const file = await fs.open(temporary, 'wx');
  try {
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await fs.rename(temporary, path);
  } catch (error) {
    await fs.unlink(temporary).catch(() => {});
    throw error;
  }
  await flushFolder(dirname(path), fs);
}

/** Makes renames in a folder survive a power loss, where the platform can do that. */
async function flushFolder(path: string, fs: FileSystem): Promise<void> {
  try {
    const folder = await fs.open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    if (!CANNOT_FLUSH_FOLDER.includes(errorCode(error) ?? '')) throw error;
  }
}
