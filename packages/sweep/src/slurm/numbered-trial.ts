import type { Plan } from '../plan/plan.js';
import { type Trial, trialsOf } from '../trials/trial.js';
import { readTrialRecord } from '../trials/trial-record.js';
import type { TrialRecord } from '../trials/trial-schema.js';
import type { SubmittedJob, SubmittedTask } from './submitted-jobs.js';

/** A trial with its number in the plan. */
export interface NumberedTrial {
  trial: Trial;
  task: number;
  /** Its record; undefined where it was never started. */
  record: TrialRecord | undefined;
}

/** A trial with the task that trains it. */
export interface WatchedTrial extends NumberedTrial {
  job: SubmittedJob;
  submitted: SubmittedTask;
  /** Jobs that it was a task of, this one too. */
  jobs: number;
}

/**
 * Reads how far the trials of a plan are.
 *
 * @throws RecordError for a record that cannot be understood.
 */
export async function readTrials({ plan, out }: { plan: Plan; out: string }): Promise<NumberedTrial[]> {
  const numbered: NumberedTrial[] = [];
  for (const [task, trial] of (await trialsOf(plan, out)).entries()) {
    numbered.push({ trial, task, record: await readTrialRecord(trial.files) });
  }
  return numbered;
}
