import { expect, test } from 'vitest';
import { publicPackages } from './public-packages.mjs';
import { withDependencies } from './with-dependencies.mjs';

const choose = (...names: string[]) => withDependencies(names, publicPackages()).map(({ name }) => name);

test('a package comes with those that it depends on, once', () => {
  expect(choose('layernorm', '@cifarlab/layernorm')).toContain('@cifarlab/layernorm');
  expect(choose('mlp').sort()).toEqual([...new Set(choose('mlp'))].sort());
  for (const { name, manifest } of withDependencies(['cli'], publicPackages())) {
    const needed = Object.keys(manifest.dependencies ?? {}).filter((other) => other.startsWith('@cifarlab/'));
    expect(choose('cli'), name).toEqual(expect.arrayContaining(needed));
  }
});

test('an unknown name is refused', () => {
  expect(() => choose('layer-norm')).toThrow(/^There is no package layer-norm; there are .*@cifarlab\/layernorm/);
});
