import { access, mkdir, readdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AcquireLockOptions, HeldLock } from '@cifarlab/trainer/node';
import { makeFolders, removeEmptyFolders } from './own-folders.js';
import { type FoundRun, RunError } from './run-error.js';
import { type RunFiles, runFiles } from './run-files.js';
import { isLockFile, lockRun } from './run-lock.js';

/** A folder that belongs to a new run of this process, and to no other. */
export interface Claim {
  folder: RunFiles;
  /** Notes a file that the run has made, for `discard` to remove. */
  wrote(file: string): void;
  /** Takes back what this run made, file by file, and its folders where nothing else is in them. */
  discard(): Promise<void>;
  /** Lock of the folder; it is checked before each write. */
  lock: HeldLock;
}

/** Options of {@link claimRun}. */
export interface ClaimOptions extends AcquireLockOptions {
  /** Finds out whether a folder that is not empty holds a run. */
  findRun: (path: string) => Promise<FoundRun | undefined>;
}

/** Other processes may take a folder away while it is empty, between making it and locking it. */
const attempts = 20;

/**
 * Claims an empty folder for a new run, in one step for whoever else wants it at the same time.
 *
 * @param network its name, for the name of a folder of its own when `out` names none.
 * @throws RunError: `folder-filled` when the folder holds something already, for a run is never overwritten; `in-use`
 *   when another process holds it. What was there before is untouched then.
 */
export async function claimRun(network: string, out: string | undefined, options: ClaimOptions): Promise<Claim> {
  for (let attempt = 1; ; attempt++) {
    const { path, made } =
      out === undefined ? await makeDefaultFolder(network, new Date()) : { path: out, made: await makeFolders(out) };
    try {
      return await claimFolder(path, made, options);
    } catch (error) {
      await removeEmptyFolders(made);
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === attempts) throw error;
    }
  }
}

/** Returns `runs/<time>-<network>`, in local time, sortable, without characters that a file system refuses. */
function defaultRunPath(network: string, now: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const time = `${two(now.getHours())}-${two(now.getMinutes())}-${two(now.getSeconds())}`;
  return join('runs', `${day}T${time}-${network}`);
}

/** Makes a folder that was not there, whoever starts in the same second: with `-2`, `-3` … at the end of its name. */
async function makeDefaultFolder(network: string, now: Date): Promise<{ path: string; made: string[] }> {
  const first = defaultRunPath(network, now);
  for (let number = 1; ; number++) {
    const path = number === 1 ? first : `${first}-${number}`;
    const parents = await makeFolders(dirname(path));
    try {
      await mkdir(path);
      return { path, made: [...parents, path] };
    } catch (error) {
      await removeEmptyFolders(parents);
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EEXIST' && code !== 'ENOENT') throw error;
    }
  }
}

async function claimFolder(
  path: string,
  made: readonly string[],
  { findRun, ...options }: ClaimOptions,
): Promise<Claim> {
  let lock: HeldLock;
  try {
    lock = await lockRun(path, options);
  } catch (error) {
    // In a folder that one may not write to, what matters is that it is not empty.
    if (!(error instanceof RunError || options.signal?.aborted)) await refuseFilled(path, findRun);
    throw error;
  }
  try {
    await refuseFilled(path, findRun);
  } catch (error) {
    await lock.release();
    throw error;
  }
  const files: string[] = [];
  return {
    folder: runFiles(path),
    wrote: (file) => void files.push(file),
    async discard() {
      const isOurs = await lock.check().then(
        () => true,
        () => false,
      );
      if (isOurs) for (const file of files) await unlink(file).catch(() => {});
      await lock.release();
      await removeEmptyFolders(made);
    },
    lock,
  };
}

/** @throws RunError, `folder-filled`, when something is in the folder, with the way on from there. */
async function refuseFilled(path: string, findRun: ClaimOptions['findRun']): Promise<void> {
  const names = await readdir(path);
  if (names.every(isLockFile)) return;
  const found = await findRun(path);
  throw new RunError({
    code: 'folder-filled',
    place: path,
    rule: 'is not empty',
    remedy: `choose another folder${wayOn(found)}`,
    ...(found === undefined ? {} : { found }),
  });
}

function wayOn(found: FoundRun | undefined): string {
  if (found === undefined) return '';
  return found.isSaved
    ? `, or continue the ${found.network} run in it`
    : ' (the run in it stopped before its first checkpoint, so there is nothing to go on from)';
}

/** Returns whether there is a checkpoint in a folder; it may be a damaged one. */
export function isSaved(checkpoint: string): Promise<boolean> {
  return access(join(checkpoint, 'state.json')).then(
    () => true,
    () => false,
  );
}
