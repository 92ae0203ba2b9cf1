import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { pythonOf } from './peers/peers-folder.js';
import { candidatePythons, findPython, systemPythons } from './python.js';

it('names what it looked for, where, and the remedy', () => {
  const candidates = ['/no/such/python', process.execPath].map((command) => ({ command, origin: command }));
  expect(findPython(['numpy', 'torch'], candidates)).toEqual({
    reason:
      `no Python with numpy and torch (tried /no/such/python, ${process.execPath}); npm run bench -- --install-peers ` +
      'installs current ones, or set CIFARLAB_PYTHON to a Python that has them',
  });
});

it('tries the one that is named, then the one that is installed for it, then those of the system', () => {
  const cache = mkdtempSync(join(tmpdir(), 'bench-python-'));
  onTestFinished(() => rmSync(cache, { recursive: true }));
  const system = ['python3', '/usr/bin/python3'];
  const commands = (env: NodeJS.ProcessEnv) =>
    candidatePythons({ CIFARLAB_CACHE_DIR: cache, ...env }).map(({ command }) => command);
  expect(commands({})).toEqual(system);
  expect(commands({ CIFARLAB_PYTHON: '/my/python' })).toEqual(['/my/python', ...system]);

  const folder = join(cache, 'bench-peers');
  mkdirSync(folder);
  expect(commands({}), 'broken off').toEqual(system);
  writeFileSync(join(folder, 'versions.json'), '{"numpy":"2.4.0","torch":"2.15.0"}');
  expect(commands({})).toEqual([pythonOf(folder), ...system]);
  expect(commands({ CIFARLAB_PYTHON: '/my/python' })).toEqual(['/my/python', pythonOf(folder), ...system]);
});

it('leaves out a variable that is empty', () => {
  expect(systemPythons({ CIFARLAB_PYTHON: '' }).map(({ origin }) => origin)).toEqual(['python3', '/usr/bin/python3']);
});
