import { type FileSystem, nodeFileSystem } from './file-system.js';

/**
 * Makes sure that a path is not a pipe or a device, which may have no end, or keep whoever opens it waiting.
 *
 * @throws Error saying so. What else is wrong with the path, whoever reads it finds out.
 */
export async function requireFile(path: string, fs: FileSystem = nodeFileSystem): Promise<void> {
  const entry = await fs.stat(path).catch(() => undefined);
  if (entry === undefined || entry.isFile() || entry.isDirectory()) return;
  throw new Error('it is a pipe or a device, not a file');
}
