import { execFileSync } from 'node:child_process';

/** A Python, or why there is none. */
export type FoundPython = { command: string } | { reason: string };

/** Finds a Python that has these modules: that of `CIFARLAB_PYTHON`, or the system's. */
export function pythonWith(modules: readonly string[]): FoundPython {
  const { CIFARLAB_PYTHON } = process.env;
  const commands = CIFARLAB_PYTHON ? [CIFARLAB_PYTHON] : ['python3', 'python'];
  const command = commands.find((candidate) => has(candidate, modules));
  if (command !== undefined) return { command };
  return { reason: `no Python with ${modules.join(', ')} (tried ${commands.join(', ')}; CIFARLAB_PYTHON names one)` };
}

function has(command: string, modules: readonly string[]): boolean {
  try {
    execFileSync(command, ['-c', `import ${modules.join(', ')}`], { stdio: 'ignore', timeout: 120_000 });
    return true;
  } catch {
    return false;
  }
}
