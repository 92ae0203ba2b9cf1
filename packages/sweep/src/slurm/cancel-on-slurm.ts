import { isLive } from './queue.js';
import { cancelJobs, listTasks, type SlurmJob } from './slurm-commands.js';
import { slurmFiles } from './slurm-files.js';
import { readJobs } from './submitted-jobs.js';

/** Options of {@link cancelOnSlurm}. */
export interface CancelOptions {
  /** Folder of the sweep. */
  out: string;
}

/** The jobs that were cancelled. */
export interface CancelledJobs {
  /** The arrays; none where nothing of the sweep was in the queue. */
  jobs: SlurmJob[];
  /** Tasks of them that waited or ran. */
  tasks: number;
}

/**
 * Cancels what a sweep has in the queue. Running trials save; what is trained is kept, and `runOnSlurm` goes on from there.
 *
 * @throws SweepError, `no-slurm` where Slurm's programs are not there, `slurm` when they fail; RecordError for a note of the
 *   jobs that cannot be understood.
 */
export async function cancelOnSlurm({ out }: CancelOptions): Promise<CancelledJobs> {
  const submitted = await readJobs(slurmFiles(out).jobs);
  if (submitted.length === 0) return { jobs: [], tasks: 0 };
  const queue = await listTasks(submitted);
  const live = [...queue].filter(([, entry]) => isLive(entry)).map(([task]) => task.slice(0, task.indexOf('_')));
  const jobs = submitted.filter(({ id }) => live.includes(id)).map(({ id, cluster }) => ({ id, cluster }));
  await cancelJobs(jobs);
  return { jobs, tasks: live.length };
}
