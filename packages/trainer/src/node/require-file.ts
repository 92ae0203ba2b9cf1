import { type FileSystem, nodeFileSystem } from './file-system.js';

/**
 * Makes sure that a path is not a pipe or a device, which may have no end, or keep whoever opens it waiting.
 *
 * @returns the file's size in bytes; undefined if there is none, or nothing is known of it.
 * @throws Error saying so. Other faults of the path show when it is read.
 */
export async function requireFile(path: string, fs: FileSystem = nodeFileSystem): Promise<number | undefined> {
  const entry = await fs.stat(path).catch(() => undefined);
  if (entry?.isFile()) return entry.size;
  if (entry === undefined || entry.isDirectory()) return undefined;
  throw new Error('it is a pipe or a device, not a file');
}
