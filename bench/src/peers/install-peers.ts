import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import { PeersError } from './peers-error.js';
import { installedVersions, type PeerVersions, pythonOf, versionsFile } from './peers-folder.js';

const PACKAGES = ['torch', 'numpy'];
const VERSIONS = `
import json, numpy, torch
print(json.dumps({"numpy": numpy.__version__, "torch": torch.__version__}))
`;
/** PyTorch's oldest Python. */
const OLDEST = [3, 10];
const IS_RECENT = `import sys; sys.exit(sys.version_info < (${OLDEST.join(', ')}))`;

export interface InstallOptions {
  /** Folder of the virtual environment, present or future. */
  folder: string;
  /** Pythons that can make it, in the order in which they are tried. */
  pythons: readonly string[];
  onProgress(message: string): void;
}

/**
 * Installs current versions of PyTorch and NumPy into a virtual environment, with pip and the user's configuration of
 * it. One that is complete is left unchanged; one that was broken off is completed.
 *
 * @returns the versions that are there now.
 * @throws PeersError when there is no Python, it has no `venv`, or pip fails.
 */
export function installPeers({ folder, pythons, onProgress }: InstallOptions): PeerVersions {
  const present = installedVersions(folder);
  if (present !== undefined && runs(pythonOf(folder))) {
    onProgress(`${named(present)} are installed in ${folder}; delete that folder to install them anew.`);
    return present;
  }
  if (!runs(pythonOf(folder), ['-m', 'pip', '--version'])) makeEnvironment(folder, pythons, onProgress);
  onProgress(
    `pip installs PyTorch and NumPy into ${folder}. On Linux, PyTorch comes with the libraries of CUDA: a download of ` +
      'about 3 GB, and 5 GB on the disk; elsewhere, and from an index of builds for the CPU, some 200 MB.',
  );
  const python = pythonOf(folder);
  const pip = run(python, ['-m', 'pip', 'install', '--upgrade', ...PACKAGES], 'shown');
  if (pip.status !== 0) {
    throw new PeersError(
      `pip could not install ${PACKAGES.join(' and ')} (${outcome(pip)}); its own messages are above. It takes the index ` +
        `and the proxy that \`${python} -m pip config list\` shows.`,
    );
  }
  const versions = run(python, ['-c', VERSIONS]);
  if (versions.status !== 0) {
    throw new PeersError(`PyTorch and NumPy are installed in ${folder} but cannot be imported: ${outcome(versions)}.`);
  }
  const file = versionsFile(folder);
  writeFileSync(`${file}.tmp`, versions.stdout);
  renameSync(`${file}.tmp`, file);
  const installed = JSON.parse(versions.stdout) as PeerVersions;
  onProgress(`${named(installed)} are installed in ${folder}.`);
  return installed;
}

function makeEnvironment(folder: string, pythons: readonly string[], onProgress: (message: string) => void): void {
  const python = pythons.find((candidate) => runs(candidate, ['-c', IS_RECENT]));
  if (python === undefined) {
    throw new PeersError(
      `No Python ${OLDEST.join('.')} or newer was found (tried ${pythons.join(', ')}). Install one, or set CIFARLAB_PYTHON ` +
        'to its path.',
    );
  }
  onProgress(`${python} makes a virtual environment in ${folder}.`);
  const venv = run(python, ['-m', 'venv', '--clear', folder]);
  if (venv.status !== 0) {
    throw new PeersError(
      `\`${python} -m venv\` could not make the virtual environment ${folder} (${outcome(venv)}). It needs Python's ` +
        'modules venv and ensurepip, which Debian and Ubuntu have in the package python3-venv, and a folder that can be written; ' +
        'CIFARLAB_PYTHON names another Python, CIFARLAB_CACHE_DIR another folder.',
    );
  }
}

const named = ({ numpy, torch }: PeerVersions) => `PyTorch ${torch} and NumPy ${numpy}`;

function runs(python: string, args: readonly string[] = ['-c', '']): boolean {
  return run(python, args).status === 0;
}

/** Runs a Python to its end; what it prints is shown on stderr, or kept. */
function run(python: string, args: readonly string[], output: 'shown' | 'kept' = 'kept'): SpawnSyncReturns<string> {
  const stdio = output === 'shown' ? (['ignore', 2, 2] as const) : (['ignore', 'pipe', 'pipe'] as const);
  return spawnSync(python, args, { encoding: 'utf8', stdio: [...stdio] });
}

/** Returns why a process failed: its last words, or how it ended. */
function outcome({ error, status, signal, stderr, stdout }: SpawnSyncReturns<string>): string {
  const words = `${stdout ?? ''}\n${stderr ?? ''}`.trim().split('\n').slice(-3).join(' ').replaceAll(/\s+/g, ' ');
  return error?.message ?? (words || (signal ? `ended by ${signal}` : `exit code ${status}`));
}
