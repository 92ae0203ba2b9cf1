import { spawnSync } from 'node:child_process';
import { installedVersions, peersFolder, pythonOf } from './peers/peers-folder.js';

/** A Python, and who says to take it. */
export interface Python {
  command: string;
  /** Name, without the paths of this machine. */
  origin: string;
}

const PROBE = `
import importlib.util, json
print(json.dumps([name for name in ("numpy", "torch") if importlib.util.find_spec(name)]))
`;

const found = new Map<string, readonly string[]>();

/** Returns the Pythons of this machine: that of `CIFARLAB_PYTHON`, the system's. */
export function systemPythons({ CIFARLAB_PYTHON }: NodeJS.ProcessEnv = process.env): Python[] {
  const given = CIFARLAB_PYTHON ? [{ command: CIFARLAB_PYTHON, origin: 'CIFARLAB_PYTHON' }] : [];
  return [...given, ...['python3', '/usr/bin/python3'].map((command) => ({ command, origin: command }))];
}

/**
 * Returns the Pythons that may have the peers, in order: `CIFARLAB_PYTHON`, what `--install-peers` has made, the
 * system's.
 */
export function candidatePythons(env: NodeJS.ProcessEnv = process.env): Python[] {
  const folder = peersFolder(env);
  if (installedVersions(folder) === undefined) return systemPythons(env);
  const installed = { command: pythonOf(folder), origin: '--install-peers' };
  const pythons = systemPythons(env);
  pythons.splice(env.CIFARLAB_PYTHON ? 1 : 0, 0, installed);
  return pythons;
}

/** Returns the first Python that has the modules, or why there is none. */
export function findPython(
  modules: readonly string[],
  candidates: readonly Python[] = candidatePythons(),
): Python | { reason: string } {
  const python = candidates.find(({ command }) => modules.every((name) => modulesOf(command).includes(name)));
  if (python !== undefined) return python;
  return {
    reason:
      `no Python with ${modules.join(' and ')} (tried ${candidates.map(({ command }) => command).join(', ')}); ` +
      'npm run bench -- --install-peers installs current ones, or set CIFARLAB_PYTHON to a Python that has them',
  };
}

/** Returns which of NumPy and PyTorch a Python has; none when it cannot be started. */
function modulesOf(command: string): readonly string[] {
  let modules = found.get(command);
  if (modules === undefined) {
    const { status, stdout } = spawnSync(command, ['-c', PROBE], { encoding: 'utf8', timeout: 60_000 });
    modules = status === 0 ? (JSON.parse(stdout) as string[]) : [];
    found.set(command, modules);
  }
  return modules;
}
