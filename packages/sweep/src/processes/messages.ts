import type { DataChoice } from '@cifarlab/experiment';
import type { Trial } from '../trials/trial.js';
import type { Outcome, TrialProgress } from '../trials/trial-runner.js';

/** Exit code of a program that was interrupted. */
export const INTERRUPTED = 130;

/** What the trials of a sweep have in common, wherever they run. */
export interface TrialSurroundings {
  /** Threads of each trial. */
  threads: number;
  /** Where the images come from. Default: the cache, else a download. */
  data?: DataChoice | undefined;
}

/** What the process of a trial is told of it. */
export interface ServedTrial extends TrialSurroundings {
  /** What its task is called, for others who find the run's folder in use. */
  command: string;
}

/** What a process is to do. */
export interface TrialTask extends TrialSurroundings {
  /** Train the trial, go on with its training, or evaluate it on the test images. */
  kind: 'train' | 'resume' | 'test';
  /** The trial. */
  trial: Trial;
}

/** What a sweep says to a trial's process: first what to do, then, at most once, to end it in good order. */
export type ToTrial = { type: 'task'; task: TrialTask; command: string } | { type: 'interrupt' };

/** What a trial's process says to its sweep: where it stands, and in the end what came of it. */
export type FromTrial = { type: 'progress'; progress: TrialProgress } | { type: 'outcome'; outcome: Outcome<unknown> };
