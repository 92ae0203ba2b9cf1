import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);

/** Milliseconds for a step: an installation is of some megabytes. */
const timeout = 240_000;

/**
 * Returns a Python that has Optuna: the one on the path, else one of a new virtual environment, for which pip fetches it.
 *
 * @throws Error that says in a line why there is none.
 */
export async function pythonWithOptuna(folder: string): Promise<string> {
  const system = process.platform === 'win32' ? 'python' : 'python3';
  if (await runs(system, ['-c', 'import optuna.storages.journal'])) return system;
  const inFolder = process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python';
  const python = join(folder, inFolder);
  await step('there is no Python with venv', system, ['-m', 'venv', folder]);
  await step('pip cannot fetch Optuna', python, ['-m', 'pip', 'install', '--quiet', '--retries', '1', 'optuna']);
  return python;
}

/** Removes what was installed. */
export function removeOptuna(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

async function runs(program: string, words: readonly string[]): Promise<boolean> {
  return exec(program, words, { timeout }).then(
    () => true,
    () => false,
  );
}

async function step(fault: string, program: string, words: readonly string[]): Promise<void> {
  await exec(program, words, { timeout }).catch((error: Error & { stderr?: string }) => {
    throw new Error(`${fault}: ${(error.stderr || error.message).trim().split('\n').at(-1)}`);
  });
}
