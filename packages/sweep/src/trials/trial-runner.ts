import type { Trial } from './trial.js';

/** Where a running trial stands. */
export interface TrialProgress {
  /** Training steps done. */
  step: number;
  /** Training steps in all. */
  maxSteps: number;
  /** On the validation images, at the latest evaluation; null before the first. */
  accuracy: number | null;
  /** Null until that can be told. */
  secondsLeft: number | null;
}

/** The engine, the versions and the machine that computed a trial. */
export interface MadeWith {
  /** Threads are null where the engine does not tell. */
  engine: { name: string; threads: number | null };
  /** Versions of Node and of everything that shapes the numbers. */
  versions: Record<string, string>;
  /** The machine. */
  machine: { cpu: string; cores: number; memoryGiB: number; platform: string; arch: string; system: string };
}

/** Result of a trial that came to its end. */
export interface TrialResult {
  /** Training steps done. */
  steps: number;
  /** Why training ended, `max-steps` or `early-stopping`. */
  stop: string;
  /** The checkpoint with the highest accuracy on the validation images; null without such images. */
  best: { step: number; accuracy: number } | null;
  /** The engine, the versions and the machine that computed it. */
  madeWith: MadeWith;
}

/** Why a trial stopped before its end. */
export interface TrialFailure {
  /** Exit code of the process; null if a signal ended it. */
  exitCode: number | null;
  /** The signal that ended the process; null for a process that exited. */
  signal: string | null;
  /** The end of what it said. */
  lastLines: string[];
}

/** How the work on a trial has ended. */
export type Outcome<Result> =
  | { status: 'done'; result: Result }
  | { status: 'failed'; failure: TrialFailure }
  | { status: 'interrupted' };

/** How the training of a trial has ended. */
export type TrialOutcome = Outcome<TrialResult>;

/** Accuracy of a trial's best checkpoint on the test images. */
export interface TestResult {
  /** Step of the checkpoint. */
  step: number;
  /** Images. */
  count: number;
  /** Mean cross-entropy in nats. */
  loss: number;
  /** 0 to 1. */
  accuracy: number;
}

/** How the evaluation of a trial on the test images has ended. */
export type TestOutcome = Outcome<TestResult>;

/** How a trial is trained. */
export interface TrainTrialOptions {
  /** Goes on with the run in the trial's folder; else there is no such folder yet. */
  resume: boolean;
  /** Ends it in good order, ready to go on later. */
  signal: AbortSignal;
  /** Hears where the trial stands, as often as the runner tells. */
  onProgress: (progress: TrialProgress) => void;
}

/** How a trial is evaluated. */
export interface TestTrialOptions {
  /** Ends it. */
  signal: AbortSignal;
}

/** Runner of trials. */
export interface TrialRunner {
  /** Trains a trial to its end. */
  train(trial: Trial, options: TrainTrialOptions): Promise<TrialOutcome>;
  /** Evaluates a trained trial's best checkpoint on the test images. */
  test(trial: Trial, options: TestTrialOptions): Promise<TestOutcome>;
}
