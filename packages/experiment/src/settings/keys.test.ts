import { expect, it } from 'vitest';
import { networks } from '../networks/registry.js';
import { byKey, byName, keyOf, settingOf } from './keys.js';
import { settingNames } from './table.js';

it('calls a setting as files and flags always have', () => {
  expect(settingNames().filter((name) => keyOf(name) !== name)).toEqual(['negativeSlope']);
  expect([keyOf('negativeSlope'), settingOf('negSlope')]).toEqual(['negSlope', 'negativeSlope']);
  expect([keyOf('toString'), settingOf('toString'), keyOf('blur')]).toEqual(['toString', 'toString', 'blur']);
});

it.each(networks)('finds the settings of $name by their keys again, in their order', ({ settings }) => {
  expect(JSON.stringify(byName(byKey(settings)))).toBe(JSON.stringify(settings));
});

it('takes no name in a file for a key', () => {
  expect(byName({ negSlope: 0.1, negativeSlope: 'steep', blur: 1 })).toEqual({ negativeSlope: 0.1, blur: 1 });
});
