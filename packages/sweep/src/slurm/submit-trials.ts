import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { writeFileAtomic } from '@cifarlab/trainer/node';
import type { Tell } from '../run/told-stream.js';
import { SweepError } from '../sweep-error.js';
import type { SlurmEvent } from './events.js';
import { type JobScript, jobScript } from './job-script.js';
import type { NumberedTrial, WatchedTrial } from './numbered-trial.js';
import type { RunOnSlurmOptions } from './options.js';
import { cancelJobs, largestArray, type SlurmJob, submitJob } from './slurm-commands.js';
import { slurmFiles } from './slurm-files.js';
import { type SubmittedJob, type SubmittedTask, taskOf, writeJobs } from './submitted-jobs.js';

/** Content of the files that a job is submitted with. */
interface SubmittedFiles {
  script: string;
  /** Path of the copy of the sweep file that the tasks read. */
  sweepFile: string;
  sweepText: string;
}

/** Writes the job script of some trials, with the copy of the sweep file that its tasks read. */
export function scriptOf(
  { sweep, out, resources, command }: Pick<RunOnSlurmOptions, 'sweep' | 'out' | 'resources' | 'command'>,
  tasks: readonly number[],
  place: Pick<JobScript, 'offset' | 'after'> = {},
): SubmittedFiles {
  const { folder } = slurmFiles(out);
  const sweepText = `${JSON.stringify(sweep, null, 2)}\n`;
  // The numbers of tasks belong to the file: what is submitted later from a changed one leaves this one alone.
  const digest = createHash('sha256').update(sweepText).digest('hex').slice(0, 10);
  const sweepFile = join(folder, `sweep-${digest}.json`);
  const script = jobScript({
    ...{ ...resources, ...place, tasks, name: basename(out), logs: folder, cwd: out },
    node: { program: process.execPath, version: process.version },
    command: command(sweepFile),
  });
  return { script, sweepFile, sweepText };
}

/**
 * Submits trials as an array, or as several where their numbers are beyond those of an array, and notes the jobs.
 *
 * @throws SweepError, `slurm`, when the queue refuses; system errors where files cannot be written: what was not told as
 *   submitted is not in the queue then.
 */
export async function submitTrials(
  trials: readonly NumberedTrial[],
  { jobs, ...options }: RunOnSlurmOptions & { jobs: readonly SubmittedJob[] },
  tell: Tell<SlurmEvent>,
): Promise<WatchedTrial[]> {
  const noted = [...jobs];
  const watched: WatchedTrial[] = [];
  for (const { offset, part } of inArrays(trials, await largestArray())) {
    const files = scriptOf(
      options,
      part.map(({ task }) => task),
      { offset, after: options.resources.limit === undefined ? undefined : watched.at(-1)?.job.id },
    );
    const job = await submitArray(files, options.out);
    const submitted: SubmittedJob = {
      ...job,
      submitted: new Date().toISOString(),
      offset,
      tasks: part.map(taskToSubmit),
    };
    noted.push(submitted);
    try {
      await writeJobs(slurmFiles(options.out).jobs, noted);
    } catch (error) {
      // Nobody would find the job again.
      await cancelJobs([job]);
      throw error;
    }
    tell({ type: 'submitted', job, tasks: part.map(({ task }) => task) });
    watched.push(
      ...part.map((numbered, index) => ({
        ...numbered,
        job: submitted,
        submitted: submitted.tasks[index]!,
        jobs: 1 + jobs.filter((one) => taskOf(one, numbered.trial) !== undefined).length,
      })),
    );
  }
  return watched;
}

/** Puts trials into arrays. @param size how many numbers the tasks of one may have; undefined for as many as there are. */
function inArrays(
  trials: readonly NumberedTrial[],
  size: number = Number.POSITIVE_INFINITY,
): { offset: number; part: NumberedTrial[] }[] {
  const parts = new Map<number, NumberedTrial[]>();
  for (const numbered of trials) {
    const offset = Number.isFinite(size) ? size * Math.floor(numbered.task / size) : 0;
    parts.set(offset, [...(parts.get(offset) ?? []), numbered]);
  }
  return [...parts].map(([offset, part]) => ({ offset, part }));
}

async function submitArray({ script, sweepFile, sweepText }: SubmittedFiles, out: string): Promise<SlurmJob> {
  const files = slurmFiles(out);
  await writeFileAtomic(sweepFile, sweepText);
  await writeFileAtomic(files.script, script);
  return submitJob(files.script).catch(async (error: unknown) => {
    // A script that the queue refuses is left there to be looked at.
    if (error instanceof SweepError && error.code === 'no-slurm') {
      for (const file of [sweepFile, files.script]) await rm(file, { force: true });
    }
    throw error;
  });
}

function taskToSubmit({ trial, task, record }: NumberedTrial): SubmittedTask {
  return { task, id: trial.configuration.id, seed: trial.seed, before: record?.started ?? null };
}
