/** A job of a cluster's scheduler, in which this process runs. */
export interface Job {
  /** Name of the scheduler and the job's number there: `slurm 1234_5`. */
  id: string;
  /** How often the scheduler has started it again: 0 the first time; null if it does not tell. */
  restarts: number | null;
}

/**
 * Describes the job that this process is part of, from the variables that schedulers set: Slurm, Kubernetes, PBS, LSF,
 * Grid Engine and GNU parallel. `CIFARLAB_JOB` names it if the scheduler sets none, as HTCondor does.
 *
 * @param env default: that of this process.
 * @returns undefined outside of a job.
 */
export function describeJob(env: Readonly<Record<string, string | undefined>> = process.env): Job | undefined {
  const id = env.CIFARLAB_JOB || jobId(env);
  if (id === undefined) return undefined;
  const restarts = Number(env.SLURM_RESTART_COUNT ?? 0);
  const isTold = env.SLURM_JOB_ID !== undefined && Number.isSafeInteger(restarts) && restarts >= 0;
  return { id: id.slice(0, LONGEST_ID), restarts: isTold ? restarts : null };
}

/** Characters that are kept. */
const LONGEST_ID = 200;

function jobId(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const { SLURM_JOB_ID, SLURM_ARRAY_JOB_ID, SLURM_ARRAY_TASK_ID, SLURM_CLUSTER_NAME } = env;
  if (SLURM_JOB_ID) {
    const number = SLURM_ARRAY_JOB_ID ? `${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}` : SLURM_JOB_ID;
    return `slurm ${number}${SLURM_CLUSTER_NAME ? ` on ${SLURM_CLUSTER_NAME}` : ''}`;
  }
  if (env.JOB_COMPLETION_INDEX) return `kubernetes ${env.HOSTNAME ?? `index ${env.JOB_COMPLETION_INDEX}`}`;
  if (env.PBS_JOBID) return `pbs ${env.PBS_JOBID}`;
  if (env.LSB_JOBID) return `lsf ${env.LSB_JOBID}${numbered(env.LSB_JOBINDEX, (index) => `[${index}]`)}`;
  if (env.JOB_ID && env.SGE_TASK_ID) return `sge ${env.JOB_ID}${numbered(env.SGE_TASK_ID, (task) => `.${task}`)}`;
  if (env.PARALLEL_SEQ && env.PARALLEL_PID) return `parallel ${env.PARALLEL_PID}.${env.PARALLEL_SEQ}`;
  return undefined;
}

/** LSF and Grid Engine say 0 and `undefined` outside of an array. */
function numbered(index: string | undefined, words: (index: string) => string): string {
  return index === undefined || index === '0' || index === 'undefined' ? '' : words(index);
}
