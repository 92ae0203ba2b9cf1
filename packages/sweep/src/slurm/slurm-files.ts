import { join } from 'node:path';
import type { SlurmJob } from './slurm-commands.js';

/** Paths of a sweep's files for Slurm. */
export interface SlurmFiles {
  /** Folder of all of it. */
  folder: string;
  /** The jobs that were submitted. */
  jobs: string;
  /** The latest job script. */
  script: string;
  /** Lock, held by the process that submits and watches. */
  lock: string;
}

/** Returns the places in the folder of a sweep. */
export function slurmFiles(out: string): SlurmFiles {
  const folder = join(out, 'slurm');
  return {
    folder,
    jobs: join(folder, 'jobs.json'),
    script: join(folder, 'tasks.sh'),
    lock: join(folder, 'watch.lock'),
  };
}

/** An array, and the number of the trial that its task 0 trains. */
type OffsetJob = Pick<SlurmJob, 'id'> & { offset: number };

/** Names the task of a trial as Slurm does. @param task number of the trial. */
export function taskName({ id, offset }: OffsetJob, task: number): string {
  return `${id}_${task - offset}`;
}

/** Returns the path of the log of a trial's task. */
export function taskLog(out: string, job: OffsetJob, task: number): string {
  return join(slurmFiles(out).folder, `${taskName(job, task)}.log`);
}
