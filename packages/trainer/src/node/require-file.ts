import { type FileSystem, nodeFileSystem } from './file-system.js';

/**
 * Refuses what has no end: nobody may ever write to a pipe, and a device may give bytes for ever.
 *
 * @throws Error that says what it is.
 */
export async function requireFile(path: string, fs: FileSystem = nodeFileSystem): Promise<void> {
  // What cannot be looked at is for the reading to report.
  const entry = await fs.stat(path).catch(() => undefined);
  if (entry?.isFIFO() || entry?.isCharacterDevice()) throw new Error('it is a pipe or a device, not a file');
}
