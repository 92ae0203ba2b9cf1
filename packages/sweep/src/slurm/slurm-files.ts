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

/** Names a task as Slurm does. */
export function taskName({ id }: SlurmJob, task: number): string {
  return `${id}_${task}`;
}

/** Returns the path of a task's log. */
export function taskLog(out: string, job: SlurmJob, task: number): string {
  return join(slurmFiles(out).folder, `${taskName(job, task)}.log`);
}
