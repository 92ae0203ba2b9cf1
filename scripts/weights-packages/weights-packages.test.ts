import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../packages/pretrained/src/catalogue.js';
import { problemsOf } from '../lib/check-tarball.mjs';
import { isMade, makeFilePackage } from '../lib/make-file-package.mjs';
import { publicPackages } from '../lib/public-packages.mjs';
import { weightsPackages } from './weights-packages.mjs';

const scratch = mkdtempSync(join(tmpdir(), 'weights-packages-test-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const newFolder = () => mkdtempSync(join(scratch, 'case-'));

test('each is what @cifarlab/pretrained looks for', () => {
  const packages = weightsPackages();
  expect(packages.map(({ manifest }) => manifest.name)).toEqual(['@cifarlab/efficientnet-lite0-weights']);
  for (const { manifest, file } of packages) {
    const entry = Object.entries(CATALOGUE).find(([, { npmPackage }]) => npmPackage?.name === manifest.name);
    expect(entry?.[0]).toBe(manifest.weights.name);
    expect(entry?.[1].npmPackage?.file).toEqual({ name: file.name, size: file.bytes, sha256: file.sha256 });
  }
});

test('each of the catalogue is published', () => {
  const names = Object.values(CATALOGUE).flatMap(({ npmPackage }) => npmPackage?.name ?? []);
  expect(publicPackages().map(({ name }) => name)).toEqual(expect.arrayContaining(names));
});

describe('a package', () => {
  const content = Buffer.from('weights');
  const packageIn = (folder: string) => {
    const [one] = weightsPackages();
    const sha256 = createHash('sha256').update(content).digest('hex');
    writeFileSync(join(folder, 'README.md'), 'the page');
    return { ...one!, folder, file: { name: 'weights.safetensors', bytes: content.length, sha256 } };
  };

  test('has the file, licence and notice, and is known to be made', () => {
    const folder = newFolder();
    const one = packageIn(folder);
    expect(isMade(one)).toBe(false);
    makeFilePackage(one, content, join(folder, 'dist'));
    const files = new Map(
      readdirSync(join(folder, 'dist')).map((name) => [name, readFileSync(join(folder, 'dist', name))] as const),
    );
    expect([...files.keys()].sort()).toEqual(['LICENSE', 'NOTICE', 'README.md', 'package.json', 'weights.safetensors']);
    expect(files.get('LICENSE')!.toString()).toContain('Apache License');
    expect(files.get('NOTICE')!.toString()).toMatch(/Google[\s\S]*ML Illustrated/);
    const manifest = JSON.parse(files.get('package.json')!.toString());
    expect(manifest.publishConfig).toEqual({ access: 'public' });
    const tarball = { name: '', version: '', file: '', packed: 0, unpacked: 0, manifest, files };
    expect(problemsOf(tarball)).toEqual([]);
    files.delete('NOTICE');
    expect(problemsOf(tarball)).toEqual([expect.stringContaining('NOTICE is missing')]);
    expect(isMade(one)).toBe(true);
    writeFileSync(join(folder, 'dist', 'weights.safetensors'), 'others');
    expect(isMade(one)).toBe(false);
  });

  test('is not made of other weights, and leaves nothing behind', () => {
    const folder = newFolder();
    const out = join(folder, 'out');
    mkdirSync(out);
    expect(() => makeFilePackage(packageIn(folder), Buffer.from('others!'), join(out, 'dist'))).toThrow(
      'its package.json says 7 bytes',
    );
    expect(readdirSync(out)).toEqual([]);
  });
});
