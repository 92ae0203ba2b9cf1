import { expect, test } from 'vitest';
import { selectState } from './select-state.js';

const names = ['conv.weight', 'linear.bias'];
const state = { 'conv.weight': 1, 'linear.bias': 2, 'bn.num_batches_tracked': 3 };
const under = (prefix: string) => Object.fromEntries(Object.entries(state).map(([name, n]) => [prefix + name, n]));

test("the model's own names; PyTorch's count of batches is left out, other arrays are not", () => {
  expect(selectState({ ...state, extra: 4 }, names)).toEqual({ 'conv.weight': 1, 'linear.bias': 2, extra: 4 });
});

test('a prefix is taken away, with the arrays that do not have it', () => {
  const both = { ...under('net.'), 'head.weight': 5 };
  expect(selectState(both, names, { prefix: 'net.' })).toEqual({ 'conv.weight': 1, 'linear.bias': 2 });
});

test('a prefix that was not given is named', () => {
  expect(() => selectState(under('module._orig_mod.'), names)).toThrow(
    new RangeError(
      'the state has "module._orig_mod." before the names of the model\'s arrays; ' +
        'pass { prefix: "module._orig_mod." } to take it away.',
    ),
  );
});

test('a prefix that no array has', () => {
  expect(() => selectState(state, names, { prefix: 'encoder.' })).toThrow(
    /^no array of the state has a name that starts with the prefix "encoder\."; the first is named "conv\.weight"\.$/,
  );
});

test.each<[unknown, unknown, RegExp]>([
  [new Map(), {}, /got a Map: give Object\.fromEntries\(it\)/],
  [null, {}, /the state must be an object of arrays by name; got null/],
  [state, { prefix: 3 }, /prefix must be a text such as "module\."; got 3/],
  [state, { prefx: 'a' }, /there is no option "prefx"; the only one is prefix/],
])('%j with %j', (given, selection, message) => {
  expect(() => selectState(given as never, names, selection as never)).toThrow(message);
});
