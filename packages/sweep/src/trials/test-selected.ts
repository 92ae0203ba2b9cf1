import type { HeldLock } from '@cifarlab/trainer/node';
import type { Trial } from './trial.js';
import { readTestResult, writeTestResult } from './trial-record.js';
import type { TestOutcome, TrialRunner } from './trial-runner.js';
import { workOff } from './work-off.js';

/** A trial with its accuracy on the test images, or with the reason why it is missing. */
export interface FinishedTest {
  trial: Trial;
  outcome: TestOutcome;
}

/** Event after the evaluation of a trial on the test images. */
export interface TestedEvent {
  type: 'tested';
  /** A trial of the selected configuration. */
  trial: Trial;
  /** Its accuracy, or the reason why it is missing. */
  outcome: TestOutcome;
}

/** Options of {@link testSelected}. */
export interface TestSelectedOptions {
  runner: TrialRunner;
  /** Trials at a time. */
  jobs: number;
  signal: AbortSignal;
  /** Keeps other sweeps from the folder; it is checked before each write. */
  lock: Pick<HeldLock, 'check'>;
  tell: (event: TestedEvent) => void;
}

/**
 * Evaluates the trials of the selected configuration on the test images, a few at a time; what an earlier sweep has
 * evaluated is kept.
 *
 * @param trials of one configuration, all trained.
 * @returns in the order of `trials`; fewer than these after an interrupt.
 */
export async function testSelected(
  trials: readonly Trial[],
  { runner, jobs, signal, lock, tell }: TestSelectedOptions,
): Promise<FinishedTest[]> {
  const finished = new Map<Trial, TestOutcome>();
  await workOff(trials, jobs, signal, async (trial, workSignal) => {
    const outcome = await testOnce(trial, runner, { signal: workSignal, lock });
    if (outcome.status !== 'interrupted') finished.set(trial, outcome);
    tell({ type: 'tested', trial, outcome });
  });
  return trials.flatMap((trial) => {
    const outcome = finished.get(trial);
    return outcome === undefined ? [] : [{ trial, outcome }];
  });
}

async function testOnce(
  trial: Trial,
  runner: TrialRunner,
  { signal, lock }: Pick<TestSelectedOptions, 'signal' | 'lock'>,
): Promise<TestOutcome> {
  const earlier = await readTestResult(trial.files);
  if (earlier !== undefined) return { status: 'done', result: earlier };
  const outcome = await runner.test(trial, { signal });
  if (outcome.status !== 'done') return outcome;
  await lock.check();
  await writeTestResult(trial.files, outcome.result);
  return outcome;
}
