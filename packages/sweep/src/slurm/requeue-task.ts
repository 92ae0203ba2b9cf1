import { SweepError } from '../sweep-error.js';
import { requeue } from './slurm-commands.js';

/**
 * Puts the task that this process is back into the queue, alone of its array: at its time limit, so that it goes on later.
 * Slurm ends this process then.
 *
 * @param env default: that of this process.
 * @throws SweepError, `slurm` outside of a Slurm job, or when the queue refuses; `no-slurm` where scontrol is not there.
 */
export async function requeueTask(env: Readonly<Record<string, string | undefined>> = process.env): Promise<void> {
  const { SLURM_JOB_ID, SLURM_ARRAY_JOB_ID, SLURM_ARRAY_TASK_ID } = env;
  const task = SLURM_ARRAY_JOB_ID ? `${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}` : (SLURM_JOB_ID ?? '');
  if (!/^\d+(_\d+)?$/.test(task)) {
    throw new SweepError({
      code: 'slurm',
      value: task,
      rule: 'this process is not part of a Slurm job',
      remedy: 'start it again by hand',
    });
  }
  await requeue(task);
}
