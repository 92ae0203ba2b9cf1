import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestOutcome, Trial, TrialOutcome, TrialRunner } from '../../src/index.js';

/** Answer of a fake trial: an accuracy, or an outcome of its own. */
export type Answer<Outcome> = number | Outcome | ((signal: AbortSignal) => Promise<number | Outcome>);

export const failure: TrialOutcome & TestOutcome = {
  status: 'failed',
  failure: { exitCode: 1, signal: null, lastLines: ['step 7 …', 'error: The training loss is NaN at step 7'] },
};

export const madeWith = {
  engine: { name: 'fake', threads: 1 },
  versions: { node: '20.19.0' },
  machine: { cpu: 'an abacus', cores: 2, memoryGiB: 1, platform: 'linux', arch: 'x64', system: '1' },
};

/**
 * Makes a runner whose trials end at once, or when their answer does.
 *
 * @param validation for each trial, what training it gives.
 * @param test the same on the test images.
 * @returns `calls` too, in order: `train flip 42`, `resume flip 42`, `test flip 42`.
 */
export function fakeRunner(
  validation: (trial: Trial) => Answer<TrialOutcome>,
  test: (trial: Trial) => Answer<TestOutcome> = () => 0.5,
): TrialRunner & { calls: string[] } {
  const calls: string[] = [];
  const call = (how: string, { configuration, seed }: Trial) => calls.push(`${how} ${configuration.name} ${seed}`);
  return {
    calls,
    async train(trial, { resume, signal, onProgress }) {
      call(resume ? 'resume' : 'train', trial);
      await mkdir(join(trial.files.run, 'checkpoints', 'last'), { recursive: true });
      await writeFile(trial.files.log, 'step 1 …\n');
      onProgress({ step: 3, maxSteps: 7, accuracy: 0.25, secondsLeft: 65 });
      const answer = await settle(validation(trial), signal);
      if (typeof answer !== 'number') return answer;
      return { status: 'done', result: { steps: 7, stop: 'max-steps', best: { step: 5, accuracy: answer }, madeWith } };
    },
    async test(trial, { signal }) {
      call('test', trial);
      const answer = await settle(test(trial), signal);
      return typeof answer === 'number'
        ? { status: 'done', result: { step: 5, count: 40, loss: 1, accuracy: answer } }
        : answer;
    },
  };
}

async function settle<Outcome>(answer: Answer<Outcome>, signal: AbortSignal): Promise<number | Outcome> {
  return typeof answer === 'function' ? (answer as (signal: AbortSignal) => Promise<number | Outcome>)(signal) : answer;
}
