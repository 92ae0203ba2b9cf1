import type { StartedEngine } from '@cifarlab/engines';
import { expect, it } from 'vitest';
import { sentence } from '../settings/sentence.js';
import type { RunEvent } from './events.js';
import { tellRun } from './tell-run.js';

const engine = { name: 'cpu', threads: 1, version: 'tfjs 4.22', warnings: [] } as unknown as StartedEngine;

/** Returns the lines that are printed for some events. */
function linesOf(...events: object[]): string[] {
  const lines: string[] = [];
  const tell = tellRun((line) => lines.push(String(line)));
  for (const event of events) tell(event as RunEvent);
  return lines;
}

it('says the settings, what computes, the folder and the evaluations of a run, and nothing of its steps', () => {
  const lines = linesOf(
    { type: 'settings', network: 'mlp', settings: { learningRate: 0.1, earlyStopping: null } },
    { type: 'engine', engine, choice: {}, recorded: undefined },
    { type: 'memory', bytes: 3 * 2 ** 20 },
    { type: 'data', progress: { phase: 'cache', message: 'in the cache' } },
    { type: 'folder', folder: { path: 'runs/a' } },
    { type: 'start', step: 0, maxSteps: 9, evalFreq: 3, splits: ['test'] },
    { type: 'train', step: 1, loss: 2, accuracy: 0.1, count: 5, learningRate: 0.1 },
    { type: 'eval', step: 1, split: 'validation', loss: 2.30261, accuracy: 0.125, count: 40 },
    { type: 'warning', code: 'picture', message: sentence`no picture` },
  );
  expect(lines).toEqual([
    'learning_rate : 0.1',
    'backend : cpu (tfjs 4.22)',
    'threads : 1',
    'memory : about 3 MiB a step',
    'in the cache',
    'run folder : runs/a',
    'step 1  validation loss 2.3026  validation accuracy 12.5 %',
    'warning: no picture',
  ]);
});

it('says why training stopped early, and nothing where it came to its end', () => {
  const stop = { type: 'stop', step: 9, message: 'No lower loss for 3 evaluations.' };
  expect(linesOf({ ...stop, reason: 'max-steps' }, { ...stop, reason: 'aborted' })).toEqual([]);
  expect(linesOf({ ...stop, reason: 'early-stopping' })).toEqual([stop.message]);
});
