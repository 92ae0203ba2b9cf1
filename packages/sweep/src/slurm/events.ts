import type { DataEvent } from '@cifarlab/experiment';
import type { TrialsEvent } from '../run/events.js';
import type { TrialEvent } from '../trials/run-trials.js';
import type { Trial } from '../trials/trial.js';
import type { SlurmJob } from './slurm-commands.js';

/** Event when trials were submitted. */
export interface SubmittedEvent {
  type: 'submitted';
  /** The array. */
  job: SlurmJob;
  /** The numbers of its tasks. */
  tasks: readonly number[];
}

/** Event when trials are in the queue already, from an earlier call. */
export interface AttachedEvent {
  type: 'attached';
  /** The arrays. */
  jobs: readonly SlurmJob[];
  /** Tasks of them that wait or run. */
  tasks: number;
}

/** Event when the queue has changed. */
export interface QueueEvent {
  type: 'queue';
  /** Tasks that run. */
  running: number;
  /** Tasks that wait. */
  waiting: number;
  /** Reason why the first of those waits, in Slurm's words; undefined where none waits. */
  reason: string | undefined;
}

/** Event when a trial that ran waits again: its node is lost, it was preempted, or its time was over. */
export interface RequeuedEvent {
  type: 'requeued';
  /** The trial. */
  trial: Trial;
}

/** Event when a task waits until somebody releases it: Slurm holds tasks that it repeatedly could not start. */
export interface HeldEvent {
  type: 'held';
  /** The trial. */
  trial: Trial;
  /** The task as Slurm names it: `12_3`. */
  task: string;
  /** Reason, in Slurm's words. */
  reason: string;
}

/** Event when squeue does not answer; it is asked again. */
export interface SilentEvent {
  type: 'silent';
  /** Reason why it does not answer. */
  reason: string;
}

/**
 * An event of a sweep on Slurm: `trials`, `kept`, `attached`, `data` and `submitted`; while the tasks run `queue`,
 * `started`, `progress`, `requeued`, `held`, `silent` and `ended`.
 */
export type SlurmEvent =
  | DataEvent
  | TrialsEvent
  | TrialEvent
  | SubmittedEvent
  | AttachedEvent
  | QueueEvent
  | RequeuedEvent
  | HeldEvent
  | SilentEvent;

/** A trial that failed, or whose task has left the queue before its end. */
export interface Trouble {
  /** The trial. */
  trial: Trial;
  /** Its number in the plan. */
  task: number;
  /** Status in its record; a killed trial leaves `running` too, a search `pruned`. */
  status: 'failed' | 'interrupted' | 'running' | 'pruned' | 'not started';
  /** End of the task, in Slurm's words; undefined where the queue has forgotten it. */
  state: string | undefined;
  /** Path of the task's log. */
  log: string;
  /** The last line of it; empty where there is none. */
  lastLine: string;
  /** Jobs that the trial was a task of: more than one after earlier failures. */
  jobs: number;
}

/** End of a sweep on Slurm, or the state in which it was left. */
export type SlurmEnd =
  | {
      /** Status once no task is in the queue any more. */
      status: 'ended';
      /** Trials that are not trained, by task. */
      troubles: readonly Trouble[];
      /** Whether the disk of the sweep's folder is full. */
      isDiskFull: boolean;
    }
  | {
      /** The jobs run on; the same call again watches them. */
      status: 'left';
      /** Jobs that were known to wait or run. */
      jobs: readonly SlurmJob[];
    };
