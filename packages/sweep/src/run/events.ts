import type { DataEvent } from '@cifarlab/experiment';
import type { Configuration } from '../plan/configuration.js';
import type { SweepSummary } from '../summary/summary.js';
import type { TrialEvent } from '../trials/run-trials.js';
import type { TestedEvent } from '../trials/test-selected.js';
import type { Trial } from '../trials/trial.js';

/** Event before the first trial. */
export interface TrialsEvent {
  type: 'trials';
  /** All of them, those that an earlier sweep has trained too. */
  trials: readonly Trial[];
}

/** Event after all trials have run. */
export interface SelectedEvent {
  type: 'selected';
  /** The selected configuration; undefined when every configuration has a trial that failed. */
  configuration: Configuration | undefined;
  /** Whether it is evaluated on the test images now. */
  isTested: boolean;
}

/** Last, after the summary was written. */
export interface EndEvent {
  type: 'end';
  /** End of the sweep. */
  end: SweepEnd;
}

/**
 * An event of a sweep. The `type` tells the events apart, which come in this order: `data`, `trials`; while the trials
 * run `kept`, `started`, `progress` and `ended`; `selected`, `tested`, `end`. After an interrupt, those in between are
 * left out.
 */
export type SweepEvent = DataEvent | TrialsEvent | TrialEvent | SelectedEvent | TestedEvent | EndEvent;

/** End of a sweep. After an interrupt the same sweep, run again, continues from there. */
export type SweepEnd =
  | {
      status: 'done';
      summary: SweepSummary;
      /** Trials that failed, and evaluations on the test images that did. */
      failures: number;
    }
  | { status: 'interrupted' };
