import type { DataChoice } from '@cifarlab/experiment';
import type { Trial } from '../trials/trial.js';
import type { Outcome, TrialEvaluation, TrialProgress } from '../trials/trial-runner.js';

/** Exit code of a program that was interrupted. */
export const INTERRUPTED = 130;

/** Surroundings that the trials of a sweep have in common, wherever they run. */
export interface TrialSurroundings {
  /** Threads of each trial. */
  threads: number;
  /** Source of the images. Default: the cache, else a download. */
  data?: DataChoice | undefined;
}

/** Description of a trial for its process. */
export interface ServedTrial extends TrialSurroundings {
  /** Name of its task, for others who find the run's folder in use. */
  command: string;
}

/** Task of a process. */
export interface TrialTask extends TrialSurroundings {
  /** Train the trial, go on with its training, or evaluate it on the test images. */
  kind: 'train' | 'resume' | 'test';
  /** The trial. */
  trial: Trial;
  /** Whether it waits after each evaluation until it is told to go on. */
  isJudged: boolean;
}

/**
 * Message from a sweep to a trial's process: first the task, then, at most once, the request to end it in good order; after
 * each evaluation of a trial that is judged, the word to go on.
 */
export type ToTrial = { type: 'task'; task: TrialTask; command: string } | { type: 'interrupt' } | { type: 'go-on' };

/** Message from a trial's process to its sweep: the progress, evaluations that are waited for, and in the end the outcome. */
export type FromTrial =
  | { type: 'progress'; progress: TrialProgress }
  | { type: 'evaluation'; evaluation: TrialEvaluation }
  | { type: 'outcome'; outcome: Outcome<unknown> };
