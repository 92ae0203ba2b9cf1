import { expect, it } from 'vitest';
import { settingsOf } from '../settings/settings-of.js';
import { networkOf } from './registry.js';

it.each(['mlp-ndarray', 'mlp'] as const)("%s warns of the course's initialisation in a deep network only", (name) => {
  const network = networkOf(name);
  const warnings = (given: object) => network.warnings!(settingsOf(network, given) as never).map(String);
  const deep = { dnnHiddenUnits: [200, 100] };
  expect(warnings(deep)).toEqual([expect.stringMatching(/^with two .*try init he$/)]);
  expect(warnings({})).toEqual([]);
  expect(warnings({ ...deep, init: 'he' })).toEqual([]);
  expect(warnings({ ...deep, norm: 'batch' })).toEqual([]);
});

it.each([
  [{}, 1],
  [{ norm: 'batch' }, 2],
  [{ norm: 'layer' }, 1],
])('mlp learns with %j from %i image or more', (given, smallest) => {
  const network = networkOf('mlp');
  expect(network.smallestBatch(settingsOf(network, given as object))).toBe(smallest);
});
