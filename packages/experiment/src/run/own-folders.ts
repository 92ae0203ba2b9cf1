import { mkdir, rmdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RunError } from './run-error.js';

/** Other processes may take away a folder that was just made, while it is empty. */
const attempts = 20;

/**
 * Makes a folder and those above it that are missing.
 *
 * @returns the folders that this call made itself, the outermost first.
 * @throws the system's error where there is a file, or no permission; what was made is removed then.
 */
export async function makeFolders(path: string): Promise<string[]> {
  const made: string[] = [];
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        if (await makeOne(path)) made.push(path);
        return made;
      } catch (error) {
        const parent = dirname(path);
        const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
        if (!isMissing || parent === path || attempt === attempts) throw error;
        made.push(...(await makeFolders(parent)));
      }
    }
  } catch (error) {
    await removeEmptyFolders(made);
    throw error;
  }
}

/** Removes folders that one made oneself, the last first, but none that holds something by now. */
export async function removeEmptyFolders(made: readonly string[]): Promise<void> {
  for (const folder of [...made].reverse()) await rmdir(folder).catch(() => {});
}

/** @returns false where there is a folder already. */
async function makeOne(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error;
    const entry = await stat(path).catch((reason: NodeJS.ErrnoException) => reason);
    if (!(entry instanceof Error)) {
      if (entry.isDirectory()) return false;
      throw error;
    }
    const isLink = (error as NodeJS.ErrnoException).code === 'EEXIST';
    if (!isLink) throw error;
    if (entry.code !== 'ENOENT') throw entry;
    throw new RunError(
      {
        code: 'broken-link',
        place: path,
        rule: 'is a symbolic link to a folder that is not there',
        remedy: 'make that folder, or choose another path',
      },
      { cause: error },
    );
  }
}
