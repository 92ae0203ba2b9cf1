import { expect, it } from 'vitest';
import type { SweepSummary } from './summary.js';
import { summaryLines } from './summary-lines.js';

const failure = { exitCode: 1, signal: null, lastLines: ['the disk is full'] };

/** Makes a summary of a configuration that was trained with both seeds, and of others that were not. */
function summary(changes: Partial<SweepSummary> = {}): SweepSummary {
  return {
    seeds: [1, 2],
    configurations: [
      { id: 'a', name: 'flip', seeds: [1, 2], failed: [], pruned: [], mean: 0.51239, deviation: 0.01, seconds: 61 },
      { id: 'b', name: 'no flip', seeds: [1], failed: [2], pruned: [], mean: null, deviation: null, seconds: 4.2 },
      { id: 'c', name: 'crop 4', seeds: [1], failed: [], pruned: [], mean: 0.5, deviation: null, seconds: 3 },
    ],
    trials: [
      { name: 'flip', seed: 1, failure: null },
      { name: 'no flip', seed: 2, failure },
    ],
    missing: [],
    selected: 'a',
    test: null,
    ...changes,
  } as unknown as SweepSummary;
}

const table = [
  'configuration   seeds  validation  deviation        time',
  'flip                2      0.5124     0.0100  1 min 01 s',
  'no flip        1 of 2           -          -       4.2 s',
  'crop 4         1 of 2      0.5000          -       3.0 s',
];
const failed = 'failed: no flip, seed 2 (exit code 1) the disk is full';

it('sets the configurations in a table, then says what failed and what was selected', () => {
  expect(summaryLines(summary())).toEqual([...table, failed, 'selected: flip']);
});

it('says what the test images gave, and with which seeds they gave nothing', () => {
  const test = { seeds: [1, 2], accuracies: [0.5, 0.6], mean: 0.55, deviation: 0.0707, failed: [] };
  expect(summaryLines(summary({ test })).slice(5)).toEqual([
    'selected: flip',
    'test accuracy 0.5500 ± 0.0707 over 2 seeds',
  ]);
  const one = { seeds: [1], accuracies: [0.5], mean: 0.5, deviation: null, failed: [{ seed: 2, failure }] };
  expect(summaryLines(summary({ test: one })).slice(6)).toEqual([
    'test accuracy 0.5000 over 1 seed',
    'not tested: seed 2 (exit code 1) the disk is full',
  ]);
  const none = { ...one, seeds: [], accuracies: [], mean: null };
  expect(summaryLines(summary({ test: none })).slice(6)).toEqual(['not tested: seed 2 (exit code 1) the disk is full']);
});

it('says that nothing was selected', () => {
  expect(summaryLines(summary({ selected: null })).slice(5)).toEqual([
    'selected: none, because every configuration failed with at least one seed',
  ]);
});

it('names the trials that are missing, and says what is selected only so far', () => {
  const missing = [{ task: 3, id: 'b', name: 'no flip', seed: 2, status: 'interrupted' as const }];
  expect(summaryLines(summary({ missing })).slice(5)).toEqual([
    'missing: task 3, no flip, seed 2 (interrupted)',
    'selected so far: flip; the test images are for the one that is selected among all',
  ]);
  expect(summaryLines(summary({ missing, selected: null })).at(-1)).toBe(
    'selected: none, because every configuration failed or is missing with at least one seed',
  );
});

it('says how many configurations a search has left', () => {
  const [first, ...others] = summary().configurations;
  const left = { ...first!, id: 'd', pruned: [1] };
  expect(summaryLines(summary({ configurations: [first!, ...others, left] }))).toContain(
    'pruned: 1 of 4 configurations',
  );
});
