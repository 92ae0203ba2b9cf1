import { rename, rmdir } from 'node:fs/promises';

/**
 * Makes way for a new folder: one that is there and holds something gets `.old-1`, `.old-2` … added to its name, since
 * what is in it may be all that is left of somebody's work.
 */
export async function setAside(folder: string): Promise<void> {
  const code = await rmdir(folder).then(() => undefined, codeOf);
  if (code === undefined || code === 'ENOENT') return;
  for (let number = 1; ; number++) {
    const failure = await rename(folder, `${folder}.old-${number}`).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failure === undefined) return;
    // What is in the way of the new name: a folder that holds something, or a file; Windows says EPERM.
    const inTheWay = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EPERM'].includes(codeOf(failure) ?? '');
    if (!inTheWay || number === 1000) throw failure;
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
