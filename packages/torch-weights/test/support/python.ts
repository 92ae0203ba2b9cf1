import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A Python, or the reason why it is missing. */
export type FoundPython = { command: string } | { reason: string };

const TIMEOUT = 180_000;

/** Finds a Python that has these modules: that of `CIFARLAB_PYTHON`, or the system's. */
export function pythonWith(modules: readonly string[]): FoundPython {
  const { CIFARLAB_PYTHON } = process.env;
  const commands = CIFARLAB_PYTHON ? [CIFARLAB_PYTHON] : ['python3', 'python'];
  const command = commands.find((candidate) => has(candidate, modules));
  if (command !== undefined) return { command };
  return { reason: `no Python with ${modules.join(', ')} (tried ${commands.join(', ')}; CIFARLAB_PYTHON names one)` };
}

/**
 * Finds a Python that has modules, or makes a virtual environment with them among the temporary files, where Python and its
 * package index are there. Later calls find it again.
 *
 * @param packages modules by the names of their packages.
 */
export function pythonInstalled(packages: Readonly<Record<string, string>>): FoundPython {
  const modules = Object.values(packages);
  const found = pythonWith(modules);
  if (!('reason' in found)) return found;
  const names = Object.keys(packages);
  const environment = join(tmpdir(), `cifarlab-python-${names.join('-')}`);
  if (has(pythonIn(environment), modules)) return { command: pythonIn(environment) };
  const made = mkdtempSync(join(tmpdir(), 'cifarlab-python-'));
  try {
    execFileSync('python3', ['-m', 'venv', made], { stdio: 'ignore', timeout: TIMEOUT });
    const pip = ['-m', 'pip', 'install', '--quiet', '--timeout', '5', '--retries', '1', '--only-binary', ':all:'];
    execFileSync(pythonIn(made), [...pip, ...names], { stdio: 'ignore', timeout: TIMEOUT });
    // Another process may have been as quick.
    if (!existsSync(environment)) renameSync(made, environment);
  } catch (error) {
    return { reason: `${found.reason}, and none could be installed: ${(error as Error).message.split('\n')[0]}` };
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  return has(pythonIn(environment), modules) ? { command: pythonIn(environment) } : found;
}

function pythonIn(environment: string): string {
  return process.platform === 'win32' ? join(environment, 'Scripts/python.exe') : join(environment, 'bin/python');
}

function has(command: string, modules: readonly string[]): boolean {
  try {
    execFileSync(command, ['-c', `import ${modules.join(', ')}`], { stdio: 'ignore', timeout: TIMEOUT });
    return true;
  } catch {
    return false;
  }
}
