// @ts-check
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create, extract } from 'tar';
import { readTarball } from '../lib/pack.mjs';

/**
 * Takes optional dependencies out of a packed package: Yarn installs nothing where the registry lacks one of them.
 *
 * @param {import('../lib/pack.mjs').Tarball} tarball
 * @param {readonly string[]} absent names of packages that the registry will not have
 * @returns {import('../lib/pack.mjs').Tarball} the same one when it asks for none of them
 */
export function withoutPackages(tarball, absent) {
  const optional = Object.entries(tarball.manifest.optionalDependencies ?? {});
  const kept = optional.filter(([name]) => !absent.includes(name));
  if (kept.length === optional.length) return tarball;
  const folder = `${tarball.file}.contents`;
  mkdirSync(folder);
  extract({ file: tarball.file, cwd: folder, sync: true });
  const file = join(folder, 'package', 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  manifest.optionalDependencies = Object.fromEntries(kept);
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
  create({ file: tarball.file, cwd: folder, gzip: true, portable: true, sync: true }, ['package']);
  return readTarball(tarball.file);
}
