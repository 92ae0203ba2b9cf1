import { execFile } from 'node:child_process';
import { show } from '@cifarlab/internals/show';
import { SweepError } from '../sweep-error.js';
import { parseQueue, type QueueEntry } from './queue.js';

/** A job of Slurm. */
export interface SlurmJob {
  /** Its number; of an array, that of the array. */
  id: string;
  /** The cluster, where there are several; null where Slurm names none. */
  cluster: string | null;
}

/** Bytes of a program's output that are read: enough for a queue of tens of thousands of tasks. */
const MOST_BYTES = 2 ** 24;

/** Longest wait for a busy controller. */
const MOST_SECONDS = 60;

/** Length of the part of a program's output that a message repeats, in characters. */
const LONGEST_WORDS = 600;

/**
 * Submits a job script.
 *
 * @throws SweepError, `no-slurm` where sbatch is not there, `slurm` when the queue refuses.
 */
export async function submitJob(script: string): Promise<SlurmJob> {
  const said = await slurm('sbatch', ['--parsable', script]);
  const [, id, cluster] = /^(\d+)(?:;([\w.-]+))?\s*$/m.exec(said) ?? [];
  if (id !== undefined) return { id, cluster: cluster ?? null };
  throw new SweepError({
    code: 'slurm',
    place: 'sbatch',
    value: said,
    rule: `named no job, and said ${show(said.trim())}`,
    remedy: 'see whether the job is there with squeue',
  });
}

/**
 * Returns how many numbers the tasks of an array may have, from 0 (`MaxArraySize`).
 *
 * @returns undefined where the cluster does not say.
 */
export async function largestArray(): Promise<number | undefined> {
  const said = await slurm('scontrol', ['show', 'config']).catch(() => '');
  const size = Number(/^\s*MaxArraySize\s*=\s*(\d+)\s*$/m.exec(said)?.[1]);
  return size > 0 ? size : undefined;
}

/**
 * Lists the tasks of jobs, by their names (`12_3`): those that wait or run, and those that have ended a short while ago.
 *
 * @throws SweepError, `no-slurm` where squeue is not there, `slurm` when it does not answer.
 */
export async function listTasks(jobs: readonly SlurmJob[]): Promise<Map<string, QueueEntry>> {
  const tasks = new Map<string, QueueEntry>();
  for (const [cluster, ids] of byCluster(jobs)) {
    const words = ['--noheader', '--array', '--states=all', `--jobs=${ids.join(',')}`, '--format=%i|%T|%N|%r'];
    const said = await slurm('squeue', [...words, ...clusterWords(cluster)]).catch((error: unknown) => {
      // Of jobs all of which the queue has forgotten.
      if (error instanceof SweepError && /invalid job id/i.test(error.message)) return '';
      throw error;
    });
    for (const [task, entry] of parseQueue(said)) tasks.set(task, entry);
  }
  return tasks;
}

/**
 * Cancels jobs: those that wait, and those that run, which save.
 *
 * @throws SweepError, `no-slurm` where scancel is not there, `slurm` when it does not answer.
 */
export async function cancelJobs(jobs: readonly SlurmJob[]): Promise<void> {
  for (const [cluster, ids] of byCluster(jobs)) await slurm('scancel', [...clusterWords(cluster), ...ids]);
}

/**
 * Puts a running task back into the queue; Slurm ends its processes.
 *
 * @param task `12_3` for one of an array: the number of the array alone would stand for all of its tasks.
 * @throws SweepError, `no-slurm` where scontrol is not there, `slurm` when the queue refuses.
 */
export async function requeue(task: string): Promise<void> {
  await slurm('scontrol', ['requeue', task]);
}

function clusterWords(cluster: string | null): string[] {
  return cluster === null ? [] : [`--clusters=${cluster}`];
}

function byCluster(jobs: readonly SlurmJob[]): Map<string | null, string[]> {
  const clusters = new Map<string | null, string[]>();
  for (const { id, cluster } of jobs) clusters.set(cluster, [...(clusters.get(cluster) ?? []), id]);
  return clusters;
}

/** Runs one of Slurm's programs, without a shell; time and output are limited. @returns its output. */
function slurm(program: string, words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const limits = { timeout: 1000 * MOST_SECONDS, maxBuffer: MOST_BYTES, killSignal: 'SIGKILL' } as const;
    execFile(program, words, { ...limits, encoding: 'utf8', windowsHide: true }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(slurmError(program, { error, stdout, stderr }));
    });
  });
}

function slurmError(
  program: string,
  { error, stdout, stderr }: { error: Error; stdout: string; stderr: string },
): SweepError {
  const { code, killed, signal } = error as Error & { code?: unknown; killed?: boolean; signal?: string };
  if (code === 'ENOENT') {
    return new SweepError(
      {
        code: 'no-slurm',
        place: program,
        value: program,
        rule: 'is not on the path, so this machine does not belong to a Slurm cluster',
        remedy: 'run the command on a login node of the cluster, or load the module that has Slurm there',
      },
      { cause: error },
    );
  }
  const words = (stderr.trim() || stdout.trim()).slice(0, LONGEST_WORDS);
  const isSlow = killed === true && signal === 'SIGKILL' && code !== 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER';
  return new SweepError(
    {
      code: 'slurm',
      place: program,
      value: words,
      rule: isSlow ? `has not answered for ${MOST_SECONDS} seconds` : `failed: ${words || error.message}`,
      remedy: isSlow ? 'try again' : 'correct what Slurm complains about, and run the same command again',
    },
    { cause: error },
  );
}
