import type { RunConfig } from '@cifarlab/experiment';
import type { Trial } from './trial.js';

/** Where a running trial stands. */
export interface TrialProgress {
  /** Training steps done. */
  step: number;
  maxSteps: number;
  /** On the validation images, at the latest evaluation; null before the first. */
  accuracy: number | null;
  /** Null until that can be told. */
  secondsLeft: number | null;
}

/** What a trial that came to its end has given. */
export interface TrialResult {
  /** Training steps done. */
  steps: number;
  /** Why training ended, `max-steps` or `early-stopping`. */
  stop: string;
  /** The checkpoint with the highest accuracy on the validation images; null without such images. */
  best: { step: number; accuracy: number } | null;
  /** What computed it, and where. */
  madeWith: Pick<RunConfig, 'engine' | 'versions' | 'machine'>;
}

/** Why a trial stopped before its end. */
export interface TrialFailure {
  /** Exit code of the process; null if a signal ended it. */
  exitCode: number | null;
  signal: string | null;
  /** The end of what it said. */
  lastLines: string[];
}

export type TrialOutcome =
  | { status: 'done'; result: TrialResult }
  | { status: 'failed'; failure: TrialFailure }
  | { status: 'interrupted' };

/** Accuracy of a trial's best checkpoint on the test images. */
export interface TestResult {
  step: number;
  count: number;
  loss: number;
  accuracy: number;
}

export type TestOutcome =
  | { status: 'done'; result: TestResult }
  | { status: 'failed'; failure: TrialFailure }
  | { status: 'interrupted' };

/** What runs a trial. */
export interface TrialRunner {
  /**
   * Trains a trial to its end.
   *
   * @param options.resume goes on with the run in the trial's folder; else there is no such folder yet.
   * @param options.signal ends it in good order, ready to go on later.
   */
  train(
    trial: Trial,
    options: { resume: boolean; signal: AbortSignal; onProgress: (progress: TrialProgress) => void },
  ): Promise<TrialOutcome>;
  /** Evaluates a trained trial's best checkpoint on the test images. */
  test(trial: Trial, options: { signal: AbortSignal }): Promise<TestOutcome>;
}
