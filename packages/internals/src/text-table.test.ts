import { expect, it } from 'vitest';
import { textTable } from './text-table.js';

it('sets columns as wide as their cells, numbers flush right, without blanks at the end', () => {
  const rows = [
    ['name', 'n', ''],
    ['a longer name', '1', 'ok'],
    ['b', '100', ''],
  ];
  expect(textTable(rows, [{}, { isNumber: true }])).toEqual([
    'name             n',
    'a longer name    1  ok',
    'b              100',
  ]);
});

it('gives the last cell of a short row the room of the missing ones', () => {
  const rows = [
    ['a', 'b', 'c'],
    ['x', 'not here, and here is why'],
  ];
  expect(textTable(rows, [{ atLeast: 3 }])).toEqual(['a    b  c', 'x    not here, and here is why']);
});

it('sets nothing as nothing', () => {
  expect(textTable([])).toEqual([]);
});
