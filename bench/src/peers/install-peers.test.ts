import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { installPeers } from './install-peers.js';
import { installedVersions, pythonOf } from './peers-folder.js';

/**
 * Makes a Python in its own folder that writes down what it is called with, and makes environments with such a Python
 * in them. `failing` names a module whose call fails.
 */
function fakePython() {
  const folder = mkdtempSync(join(tmpdir(), 'bench-peers-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const python = join(folder, 'python3');
  const log = join(folder, 'log');
  writeFileSync(
    python,
    `#!/bin/sh
echo "$*" | head -n 1 >> ${log}
if [ "$FAILING" != '' ] && [ "$1 $2" = "-m $FAILING" ]; then echo "No module named $FAILING" >&2; exit 1; fi
case "$*" in
  *venv*) for last; do :; done; mkdir -p "$last/bin" && cp "$0" "$last/bin/python" ;;
  *torch.__version__*) echo '{"numpy": "2.4.0", "torch": "2.15.0"}' ;;
esac
`,
  );
  chmodSync(python, 0o755);
  const calls = () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []);
  const environment = join(folder, 'bench-peers');
  const messages: string[] = [];
  const install = (pythons = [python]) =>
    installPeers({ folder: environment, pythons, onProgress: (message) => messages.push(message) });
  return { python, environment, calls, messages, install };
}

function failing(module: string): void {
  process.env.FAILING = module;
  onTestFinished(() => {
    delete process.env.FAILING;
  });
}

describe.skipIf(process.platform === 'win32')('installPeers', () => {
  it('makes an environment, says how much is downloaded before it is, and notes the versions', () => {
    const { python, environment, calls, messages, install } = fakePython();
    expect(install(['/no/such/python', python])).toEqual({ numpy: '2.4.0', torch: '2.15.0' });
    expect(calls()).toContain(`-m venv --clear ${environment}`);
    expect(calls()).toContain('-m pip install --upgrade torch numpy');
    expect(messages).toEqual([
      `${python} makes a virtual environment in ${environment}.`,
      expect.stringMatching(/a download of about 3 GB/),
      `PyTorch 2.15.0 and NumPy 2.4.0 are installed in ${environment}.`,
    ]);
    expect(installedVersions(environment)).toEqual({ numpy: '2.4.0', torch: '2.15.0' });
  });

  it('leaves a complete one as it is', () => {
    const { environment, calls, messages, install } = fakePython();
    install();
    const before = calls().length;
    install([]);
    expect(calls().slice(before)).toEqual(['-c']);
    expect(messages.at(-1)).toBe(
      `PyTorch 2.15.0 and NumPy 2.4.0 are installed in ${environment}; delete that folder to install them anew.`,
    );
  });

  it('completes one that was broken off, and makes one anew whose Python is gone', () => {
    const { environment, calls, install } = fakePython();
    install();
    rmSync(join(environment, 'versions.json'));
    const before = calls().length;
    install();
    expect(calls().slice(before).join()).not.toMatch('venv');
    expect(calls().slice(before)).toContain('-m pip install --upgrade torch numpy');
    rmSync(pythonOf(environment));
    const later = calls().length;
    install();
    expect(calls().slice(later)).toContain(`-m venv --clear ${environment}`);
  });

  it('says what is missing', () => {
    const { environment, install } = fakePython();
    expect(() => install(['/no/such/python'])).toThrow(
      'No Python 3.10 or newer was found (tried /no/such/python). Install one, or set CIFARLAB_PYTHON to its path.',
    );
    failing('venv');
    expect(() => install()).toThrow(
      /could not make the virtual environment .*No module named venv.*package python3-venv/,
    );
    expect(existsSync(environment)).toBe(false);
  });

  it('has nothing installed when pip fails', () => {
    const { environment, install } = fakePython();
    failing('pip');
    expect(() => install()).toThrow(/pip could not install torch and numpy \(exit code 1\).*-m pip config list/);
    expect(installedVersions(environment)).toBeUndefined();
  });
});
