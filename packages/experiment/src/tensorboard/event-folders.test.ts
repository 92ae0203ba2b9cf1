import { resolve, sep } from 'node:path';
import { expect, it } from 'vitest';
import { eventFolders } from './event-folders.js';

const native = (path: string) => path.split('/').join(sep);

it.each([
  [['runs/a'], ['a']],
  [
    ['runs/a', 'elsewhere/b/'],
    ['a', 'b'],
  ],
  [
    ['sweep/sgd/seed-1', 'sweep/adam/seed-1'],
    ['sgd/seed-1', 'adam/seed-1'],
  ],
  [
    ['x/seed-1', 'y/deep/seed-1', 'x/seed-2'],
    ['x/seed-1', 'y/deep/seed-1', 'x/seed-2'],
  ],
  [
    ['/seed-1', '/a/seed-1'],
    ['seed-1', 'a/seed-1'],
  ],
])('names the folders of %j', (runs, names) => {
  expect(eventFolders(runs.map(native))).toEqual(names.map(native));
});

it('tells runs apart that lie in one another', () => {
  expect(eventFolders([resolve('run'), resolve('run', 'run')])).toEqual(['run', native('run/run')]);
});
