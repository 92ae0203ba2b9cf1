import { spawnSync } from 'node:child_process';

/** Debian's packages for the peers in Python. */
const PACKAGES = 'python3-torch, python3-numpy, libopenblas0-pthread';
const PROBE = `
import importlib.util, json
print(json.dumps([name for name in ("numpy", "torch") if importlib.util.find_spec(name)]))
`;

const found = new Map<string, readonly string[]>();

/**
 * The first Python that has the modules, of `CIFARLAB_PYTHON`, `python3` and `/usr/bin/python3`; or why there is none.
 */
export function findPython(
  modules: readonly string[],
  candidates: readonly string[] = [process.env.CIFARLAB_PYTHON ?? '', 'python3', '/usr/bin/python3'].filter(Boolean),
): { command: string } | { reason: string } {
  const command = candidates.find((candidate) => modules.every((name) => modulesOf(candidate).includes(name)));
  if (command !== undefined) return { command };
  return {
    reason:
      `no Python with ${modules.join(' and ')} (tried ${candidates.join(', ')}); ` +
      `install Debian's ${PACKAGES}, or set CIFARLAB_PYTHON to a Python that has them`,
  };
}

/** Which of NumPy and PyTorch a Python has; none when it cannot be started. */
function modulesOf(command: string): readonly string[] {
  let modules = found.get(command);
  if (modules === undefined) {
    const { status, stdout } = spawnSync(command, ['-c', PROBE], { encoding: 'utf8', timeout: 60_000 });
    modules = status === 0 ? (JSON.parse(stdout) as string[]) : [];
    found.set(command, modules);
  }
  return modules;
}
