import type { Trial } from './trial.js';

/** Progress of a running trial. */
export interface TrialProgress {
  /** Training steps done. */
  step: number;
  /** Training steps in all. */
  maxSteps: number;
  /** Accuracy on the validation images at the latest evaluation; null before the first. */
  accuracy: number | null;
  /** Estimated seconds to the end; null until there is an estimate. */
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

/** Result of a completed trial. */
export interface TrialResult {
  /** Training steps done. */
  steps: number;
  /** Reason why training ended: `max-steps` or `early-stopping`. */
  stop: string;
  /** The checkpoint with the highest accuracy on the validation images; null without such images. */
  best: { step: number; accuracy: number } | null;
  /** The engine, the versions and the machine that computed it. */
  madeWith: MadeWith;
}

/** Failure of a trial, which stopped before its end. */
export interface TrialFailure {
  /** Exit code of the process; null if a signal ended it. */
  exitCode: number | null;
  /** The signal that ended the process; null for a process that exited. */
  signal: string | null;
  /** Last lines of its output. */
  lastLines: string[];
}

/** End of the work on a trial. */
export type Outcome<Result> =
  | { status: 'done'; result: Result }
  | { status: 'failed'; failure: TrialFailure }
  | { status: 'interrupted' };

/** End of the training of a trial. */
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

/** End of the evaluation of a trial on the test images. */
export type TestOutcome = Outcome<TestResult>;

/** Accuracy of a running trial on the validation images. */
export interface TrialEvaluation {
  /** Training steps done. */
  step: number;
  /** 0 to 1. */
  accuracy: number;
}

/** Options for training a trial. */
export interface TrainTrialOptions {
  /** Goes on with the run in the trial's folder; else there is no such folder yet. */
  resume: boolean;
  /** Ends it in good order, ready to go on later. */
  signal: AbortSignal;
  /** Hears where the trial stands, as often as the runner tells. */
  onProgress: (progress: TrialProgress) => void;
  /**
   * Hears of every evaluation on the validation images; the runner waits for it before the next step, since the signal may
   * be aborted then. Default: nobody.
   */
  onEvaluation?: ((evaluation: TrialEvaluation) => Promise<void>) | undefined;
}

/** Options for evaluating a trial. */
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
