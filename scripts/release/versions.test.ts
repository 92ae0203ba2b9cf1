import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { root } from '../lib/workspace.mjs';

const changesets = createRequire(import.meta.url).resolve('@changesets/cli/bin.js');
const limit = { timeout: 300_000 };
let copy: string;

const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@test', ...args], { cwd: copy, encoding: 'utf8' });
const changeset = (...args: string[]) =>
  execFileSync(process.execPath, [changesets, ...args], { cwd: copy, stdio: 'pipe' });

/** A copy of what decides on versions: the manifests and the configuration of changesets, all at 0.1.0. */
beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'versions-'));
  const files = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
  for (const file of files.filter((name) =>
    /^(\w+\/)?([\w-]+\/)?package\.json$|^pnpm-workspace|^\.changeset\/config/.test(name),
  )) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
    if (file.endsWith('package.json')) setVersion(file);
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
  writeFileSync(join(copy, '.gitignore'), 'node_modules\n');
  git('init', '--quiet', '--initial-branch', 'main');
  git('add', '.');
  git('commit', '--quiet', '--message', 'all at 0.1.0');
}, 120_000);
afterEach(() => rmSync(copy, { recursive: true, force: true }));

/** The platform packages keep the version of their library. */
function setVersion(file: string): void {
  const manifest = JSON.parse(readFileSync(join(copy, file), 'utf8')) as { version: string };
  if (manifest.version === '1.30.0') return;
  writeFileSync(join(copy, file), `${JSON.stringify({ ...manifest, version: '0.1.0' }, null, 2)}\n`);
}

/** Runs `changeset version` on one change, and tells which manifests have another version then. */
function versionsAfter(name: string, kind: string): Record<string, string> {
  writeFileSync(join(copy, '.changeset', 'change.md'), `---\n'@cifarlab/${name}': ${kind}\n---\n\nA change.\n`);
  changeset('version');
  const changed = git('diff', '--name-only')
    .trim()
    .split('\n')
    .filter((file) => file.endsWith('package.json'));
  return Object.fromEntries(
    changed.map((file) => {
      const manifest = JSON.parse(readFileSync(join(copy, file), 'utf8')) as { name: string; version: string };
      return [manifest.name.replace('@cifarlab/', ''), manifest.version];
    }),
  );
}

/** The released packages that depend on this one: their range of 0.x does not fit its next minor version. */
function dependentsOf(name: string): string[] {
  return execFileSync('git', ['ls-files', 'packages/*/package.json', 'apps/*/package.json'], {
    cwd: copy,
    encoding: 'utf8',
  })
    .trim()
    .split('\n')
    .map((file) => JSON.parse(readFileSync(join(copy, file), 'utf8')))
    .filter(
      (manifest: { dependencies?: Record<string, string> }) => `@cifarlab/${name}` in (manifest.dependencies ?? {}),
    )
    .map((manifest: { name: string }) => manifest.name.replace('@cifarlab/', ''));
}

test('a patch releases its package alone: the others ask for a range that it fits', limit, () => {
  expect(versionsAfter('numpy-random', 'patch')).toEqual({ 'numpy-random': '0.1.1' });
  expect(readFileSync(join(copy, 'packages/numpy-random/CHANGELOG.md'), 'utf8')).toMatch(
    /## 0\.1\.1\n\n### Patch Changes/,
  );
  expect(existsSync(join(copy, 'packages/cifar10/CHANGELOG.md'))).toBe(false);
});

test('a new minor version of 0.x releases its package and those that ask for it, as patches', limit, () => {
  const patches = dependentsOf('safetensors').map((name) => [name, '0.1.1']);
  expect(patches.map(([name]) => name)).toEqual(expect.arrayContaining(['torch-layers', 'trainer']));
  expect(versionsAfter('safetensors', 'minor')).toEqual({ safetensors: '0.2.0', ...Object.fromEntries(patches) });
});

test('an optional peer does not drive its user to 1.0.0', limit, () => {
  const { gemm, 'ort-runtime': ortRuntime } = versionsAfter('ort-runtime', 'minor');
  expect({ gemm, ortRuntime }).toEqual({ gemm: undefined, ortRuntime: '0.2.0' });
});

test('a pre-release gets versions of the dist-tag next', limit, () => {
  changeset('pre', 'enter', 'next');
  expect(versionsAfter('numpy-random', 'minor')).toMatchObject({ 'numpy-random': '0.2.0-next.0' });
});
