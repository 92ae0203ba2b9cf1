import util from 'node:util';
import { afterEach, expect, it } from 'vitest';
import { restoreLegacyUtil } from './legacy-util.js';

type Legacy = Record<string, ((value: unknown) => boolean) | undefined>;
const legacy = util as unknown as Legacy;
const original = { isArray: legacy.isArray, isNullOrUndefined: legacy.isNullOrUndefined };

afterEach(() => {
  for (const [name, value] of Object.entries(original)) {
    if (value === undefined) Reflect.deleteProperty(util, name);
    else Object.assign(util, { [name]: value });
  }
});

it('puts back what is missing, until it is taken back', () => {
  for (const name of Object.keys(original)) Reflect.deleteProperty(util, name);
  const takeBack = restoreLegacyUtil();
  expect([null, undefined, 0, ''].map((value) => legacy.isNullOrUndefined!(value))).toEqual([true, true, false, false]);
  expect([[], new Float32Array(1), 'a'].map((value) => legacy.isArray!(value))).toEqual([true, false, false]);
  expect(Object.keys(util)).not.toContain('isNullOrUndefined');
  takeBack();
  expect(legacy).not.toHaveProperty('isArray');
  expect(legacy).not.toHaveProperty('isNullOrUndefined');
});

it('leaves alone what this Node has', () => {
  const own = () => true;
  legacy.isArray = own;
  Reflect.deleteProperty(util, 'isNullOrUndefined');
  const takeBack = restoreLegacyUtil();
  expect(legacy.isArray).toBe(own);
  takeBack();
  expect(legacy.isArray).toBe(own);
});
