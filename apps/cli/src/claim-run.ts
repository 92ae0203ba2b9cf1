import { access, mkdir, readdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CliError, UsageError } from './errors.js';
import { makeFolders, removeEmptyFolders } from './own-folders.js';
import { type ModelName, openRunFolder, type RunFiles, runFiles } from './run-folder.js';
import { isLockFile, lockRun } from './run-lock.js';

/** The command that continues a run of a network in a folder. */
type ResumeCommand = (model: ModelName, path: string) => string;

/** A folder that belongs to a new run of this process, and to no other. */
export interface Claim {
  folder: RunFiles;
  /** Notes a file that the run has made, for `discard` to remove. */
  wrote(file: string): void;
  /** Takes back what this run made, file by file, and its folders where nothing else is in them. */
  discard(): Promise<void>;
  /** Lets other processes write into the folder. */
  release(): Promise<void>;
}

/** Other processes may take a folder away while it is empty, between making it and locking it. */
const attempts = 20;

/**
 * Claims an empty folder for a new run, in one step for whoever else wants it at the same time.
 *
 * @param model the network, for the name of a folder of its own when `out` names none.
 * @param resumeCommand the command that continues a run, for whoever names the folder of one.
 * @throws UsageError when the folder holds something already: a run is never overwritten; CliError when another process
 *   holds it. What was there before is untouched then.
 */
export async function claimRun(
  model: ModelName,
  out: string | undefined,
  resumeCommand: ResumeCommand,
): Promise<Claim> {
  for (let attempt = 1; ; attempt++) {
    const { path, made } =
      out === undefined ? await makeDefaultFolder(model, new Date()) : { path: out, made: await makeFolders(out) };
    try {
      return await claimFolder(path, made, model, resumeCommand);
    } catch (error) {
      await removeEmptyFolders(made);
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || attempt === attempts) throw error;
    }
  }
}

/** `runs/<time>-<model>`, in local time, sortable, without characters that a file system refuses. */
function defaultRunPath(model: string, now: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  const time = `${two(now.getHours())}-${two(now.getMinutes())}-${two(now.getSeconds())}`;
  return join('runs', `${day}T${time}-${model}`);
}

/** Makes a folder that was not there, whoever starts in the same second: with `-2`, `-3` … at the end of its name. */
async function makeDefaultFolder(model: string, now: Date): Promise<{ path: string; made: string[] }> {
  const first = defaultRunPath(model, now);
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
  model: ModelName,
  resumeCommand: ResumeCommand,
): Promise<Claim> {
  let release: () => Promise<void>;
  try {
    release = await lockRun(path, { command: `cifarlab train ${model}` });
  } catch (error) {
    // In a folder that one may not write to, what matters is that it is not empty.
    if (!(error instanceof CliError)) await refuseFilled(path, resumeCommand);
    throw error;
  }
  try {
    await refuseFilled(path, resumeCommand);
  } catch (error) {
    await release();
    throw error;
  }
  const files: string[] = [];
  return {
    folder: runFiles(path),
    wrote: (file) => void files.push(file),
    async discard() {
      for (const file of files) await unlink(file).catch(() => {});
      await release();
      await removeEmptyFolders(made);
    },
    release,
  };
}

/** @throws UsageError when something is in the folder, with the way on from there. */
async function refuseFilled(path: string, resumeCommand: ResumeCommand): Promise<void> {
  const names = await readdir(path);
  if (names.every(isLockFile)) return;
  const wayOn = await wayOnFrom(path, resumeCommand);
  throw new UsageError(`--out ${path} is not empty; choose another folder with --out${wayOn}`);
}

async function wayOnFrom(path: string, resumeCommand: ResumeCommand): Promise<string> {
  const run = await openRunFolder(path).catch(() => undefined);
  if (run === undefined) return '';
  const isSaved = await access(join(run.folder.last, 'state.json')).then(
    () => true,
    () => false,
  );
  return isSaved
    ? `, or continue the run in it: ${resumeCommand(run.config.model, path)}`
    : ' (the run in it stopped before its first checkpoint, so there is nothing to go on from)';
}
