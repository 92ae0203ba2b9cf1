import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { workerCommand } from './contestants.js';
import { peersFolder, pythonOf, versionsFile } from './peers/peers-folder.js';

it.skipIf(process.platform === 'win32')("tells Python's worker the mode, and who has chosen its Python", () => {
  const cache = mkdtempSync(join(tmpdir(), 'bench-contestants-'));
  onTestFinished(() => rmSync(cache, { recursive: true }));
  onTestFinished(() => void vi.unstubAllEnvs());
  vi.stubEnv('CIFARLAB_CACHE_DIR', cache);
  vi.stubEnv('CIFARLAB_PYTHON', '');
  const folder = peersFolder();
  const python = pythonOf(folder);
  mkdirSync(dirname(python), { recursive: true });
  writeFileSync(versionsFile(folder), '{"numpy":"2.4.0","torch":"2.15.0"}');
  const script = join(cache, 'python.sh');
  writeFileSync(script, '#!/bin/sh\necho \'["numpy", "torch"]\'\n', { mode: 0o755 });
  symlinkSync(script, python);

  const { command, args } = workerCommand({ engine: 'pytorch', mode: 'compiled' }, 2);
  expect(command).toBe(python);
  // With a space, argparse would take the origin for an option.
  expect(args.slice(-3)).toEqual(['--mode', 'compiled', '--origin=--install-peers']);
});
