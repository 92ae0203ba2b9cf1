import { expect, test } from 'vitest';
import { compareRuns } from './compare-runs.mjs';

type Line = [event: string, step: number, loss: number, accuracy?: number, split?: string];

const metrics = (...lines: Line[]) =>
  lines
    .map(([event, step, loss, accuracy, split]) => `${JSON.stringify({ event, split, step, loss, accuracy })}\n`)
    .join('');

test('shows the steps that both were evaluated at, and the largest relative difference', () => {
  const hand = metrics(
    ['train', 1, 2],
    ['eval', 1, 2.3024, 0.1, 'test'],
    ['train', 2, 1],
    ['eval', 2, 1.5, 0.2, 'validation'],
    ['eval', 2, 1.25, 0.4838, 'test'],
    ['train', 3, 4],
  );
  const auto = metrics(['train', 1, 2.002], ['train', 2, 0.995], ['eval', 2, 1.2501, 0.48, 'test'], ['train', 4, 9]);
  expect(
    compareRuns([
      { name: 'mlp-ndarray', metrics: hand },
      { name: 'mlp', metrics: auto },
    ]).split('\n'),
  ).toEqual([
    'On the test images:',
    '            mlp-ndarray              mlp',
    '  step   loss  accuracy   loss  accuracy',
    '     2   1.2500    0.4838   1.2501    0.4800',
    'Largest relative difference of their 2 training losses: 5.0e-3 (step 2)',
  ]);
});
