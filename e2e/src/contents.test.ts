import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, test } from 'vitest';
import { problemsOf } from '../../scripts/lib/check-tarball.mjs';
import { readTarball } from '../../scripts/lib/pack.mjs';
import { publicPackages, requirements } from '../../scripts/lib/public-packages.mjs';
import { packagesOf } from './modules.js';

const { folder, registry } = inject('e2e');

/**
 * Packages loaded by a name made at run time, only where the user's code needs them, or as peers of other dependencies.
 */
const byName: Record<string, RegExp> = {
  '@cifarlab/ort-runtime': /^@cifarlab\/ort-/,
  '@cifarlab/engines': /^@tensorflow\/tfjs-node(-gpu)?$|^@cifarlab\/tfjs-node-webgpu$/,
  // Peers of what it depends on.
  // A run's record names the version of layer normalization that `mlp` brought.
  '@cifarlab/experiment': /^@tensorflow\/tfjs-core$|^@cifarlab\/layernorm$/,
  // What the exercise imports.
  '@cifarlab/practical': /./,
  '@cifarlab/sweep': /^@tensorflow\/tfjs-(core|layers)$/,
  '@cifarlab/serve': /^@tensorflow\/tfjs-(core|layers)$/,
  '@cifarlab/watch': /^@tensorflow\/tfjs-(core|layers)$/,
  '@cifarlab/cli': /^@tensorflow\/tfjs-(core|layers|node(-gpu)?)$|^@cifarlab\/(ort-runtime|tfjs-node-webgpu)$/,
};

/** Downloads the tarball of a package as the registry hands it out. */
async function download(name: string) {
  const { versions } = (await (await fetch(`${registry}${name.replace('/', '%2f')}`)).json()) as {
    versions: Record<string, { dist: { tarball: string } }>;
  };
  const tarball = Object.values(versions)[0]!.dist.tarball;
  await mkdir(join(folder, 'tarballs'), { recursive: true });
  const file = join(folder, 'tarballs', tarball.split('/').at(-1)!);
  await writeFile(file, Buffer.from(await (await fetch(tarball)).arrayBuffer()));
  return readTarball(file);
}

const published = publicPackages().filter(({ name }) => !/\/ort-(?!runtime|linux-x64)|-lite\d-weights$/.test(name));

describe.each(published)('$name in the registry', ({ name }) => {
  test('has its licence, no tests, no install scripts, and maps of files that it holds', async () => {
    const tarball = await download(name);
    expect(tarball.files.get('LICENSE')!.toString()).toMatch(/MIT License|Permission is hereby granted/);
    expect(problemsOf(tarball)).toEqual([]);
  });

  test('imports what it declares, and declares what it imports', async () => {
    const { files, manifest } = await download(name);
    const built = [...files].filter(([path]) => /^dist\/.*\.(js|cjs|d\.ts|d\.cts)$/.test(path));
    const used = new Set(built.flatMap(([, content]) => [...packagesOf(content.toString())]));
    const declared = requirements(manifest);
    // Types of a package count as used with it.
    const missing = [...used].filter((one) => one !== name && !declared.includes(one));
    expect(missing, 'imported, not declared').toEqual([]);
    const unused = declared.filter((one) => !used.has(one.replace(/^@types\//, '')) && !byName[name]?.test(one));
    expect(unused, 'declared, not imported').toEqual([]);
  });
});
