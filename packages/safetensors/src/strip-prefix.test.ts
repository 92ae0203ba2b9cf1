import { expect, it } from 'vitest';
import { SafetensorsError, stripPrefix } from './index.js';

const named = (...names: string[]) => Object.fromEntries(names.map((name, i) => [name, i]));

it.each([
  [['module.a', 'module.b'], undefined, ['a', 'b']],
  [['_orig_mod.a', '_orig_mod.b'], undefined, ['a', 'b']],
  [['module._orig_mod.a', 'module._orig_mod.b'], undefined, ['a', 'b']],
  [['_orig_mod.module.a'], undefined, ['a']],
  [['module.a', 'b'], undefined, ['module.a', 'b']],
  [['module.module.a', 'module.b'], undefined, ['module.a', 'b']],
  [['linear.weight', 'linear.bias'], undefined, ['linear.weight', 'linear.bias']],
  [['net.a', 'net.b', 'step'], 'net.', ['a', 'b', 'step']],
  [['net.a', 'netb'], 'net.', ['a', 'netb']],
  [[], undefined, []],
])('%j without %j', (names, prefix, expected) => {
  const given = named(...names);
  expect(Object.entries(stripPrefix(given, prefix))).toEqual(expected.map((name, i) => [name, i]));
  expect([...stripPrefix(new Map(Object.entries(given)), prefix)]).toEqual(expected.map((name, i) => [name, i]));
  expect(Object.keys(given)).toEqual(names);
});

it('refuses what it cannot do', () => {
  expect(() => stripPrefix(named('a', 'b', 'c', 'd'), 'net.')).toThrow(
    'No name starts with "net.": the names are "a", "b", "c", …',
  );
  expect(() => stripPrefix(named('net.a', 'a'), 'net.')).toThrow('two tensors would be named "a"');
  expect(() => stripPrefix(named('a'), 3 as never)).toThrow('A prefix must be a text such as "module."; got 3');
  expect(() => stripPrefix(null as never)).toThrow(SafetensorsError);
});
