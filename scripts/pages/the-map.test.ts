// The floors that the map draws are those of the manifests.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './markdown-pages.js';

const manifests = [...readdirSync(join(root, 'packages')).map((name) => `packages/${name}`), 'apps/cli']
  .map((folder) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')))
  .filter(({ name, private: isPrivate }) => !isPrivate && !/ort-(linux|darwin|win32)|-lite\d-weights$/.test(name));

const floors = new Map<string, number>(
  readFileSync(join(root, 'docs/the-map.md'), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, floor, names] = /^(\d) {2}(.+)$/.exec(line) ?? [];
      return (names ?? '').split(/ +/).map((name) => [`@cifarlab/${name}`, Number(floor)] as const);
    }),
);

test('the map leads to every package', () => {
  const map = readFileSync(join(root, 'docs/the-map.md'), 'utf8');
  const folders = readdirSync(join(root, 'packages')).filter((name) => !/^ort-(linux|darwin|win32)/.test(name));
  expect(folders.filter((name) => !map.includes(`](../packages/${name}/README.md)`))).toEqual([]);
});

test.each(manifests)('$name stands on floors below its own', ({ name, dependencies, peerDependencies }) => {
  expect(floors.get(name)).toBeGreaterThan(0);
  for (const below of Object.keys({ ...dependencies, ...peerDependencies })) {
    if (floors.has(below)) expect(floors.get(below), `${name} needs ${below}`).toBeLessThan(floors.get(name)!);
  }
});
