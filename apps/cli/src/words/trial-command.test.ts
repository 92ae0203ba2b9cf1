import { planSweep } from '@cifarlab/sweep';
import type { TrialTask } from '@cifarlab/sweep/processes';
import { expect, it } from 'vitest';
import { trialCommand } from './trial-command.js';

/** Returns the task of a trial of a sweep with some settings. */
function task(
  kind: TrialTask['kind'],
  settings: Record<string, string | number | boolean>,
  more = {},
  model = 'convnet',
): TrialTask {
  const [configuration] = planSweep({ model, settings }).configurations;
  const files = { folder: 'a', run: 'a/seed-7', log: 'a.log', record: 'a.json', test: 'a.test', lock: 'a.lock' };
  const trial = { configuration: configuration!, seed: 7, files };
  return { kind, trial, threads: 2, isJudged: false, ...more };
}

it.each<[TrialTask, string]>([
  [
    task('train', { preset: 'strong', flip: false, 'learning-rate': 0.01 }),
    'train convnet --preset=strong --no-flip --learning-rate=0.01 --seed 7 --no-test --threads 2 --out a/seed-7 --json',
  ],
  [
    task('train', { backend: 'cpu' }, { data: { dataDir: '-my images', allowUnverified: true, offline: true } }),
    `train convnet --backend=cpu --seed 7 --no-test --out a/seed-7 --data-dir './-my images' --allow-unverified --offline --json`,
  ],
  [task('resume', { backend: 'ort' }), 'train convnet --resume a/seed-7 --json'],
  [task('test', {}), 'eval a/seed-7 --split test --threads 2 --json'],
  [task('test', { backend: 'ort' }), 'eval a/seed-7 --split test --backend ort --threads 2 --json'],
  [task('test', { backend: 'wasm' }, {}, 'mlp'), 'eval a/seed-7 --split test --backend wasm --json'],
])('the command of %j', (given, words) => {
  expect(trialCommand(given)).toBe(`npx cifarlab ${words}`);
});
