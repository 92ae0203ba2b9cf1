import { expect, it } from 'vitest';
import { closest } from './closest.js';

const names = ['learningRate', 'flip', 'crop', 'maxSteps'];

it.each([
  ['lerningRate', 'learningRate'],
  ['learning_rate', 'learningRate'],
  ['flp', 'flip'],
  ['FLIP', 'flip'],
  ['--max-steps', 'maxSteps'],
  ['crops', 'crop'],
  ['steps', undefined],
  ['dtype', undefined],
  ['', undefined],
])('%j is meant to be %j', (misspelt, name) => {
  expect(closest(misspelt, names)).toBe(name);
});
