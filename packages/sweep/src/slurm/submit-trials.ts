import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { writeFileAtomic } from '@cifarlab/trainer/node';
import type { Tell } from '../run/told-stream.js';
import { SweepError } from '../sweep-error.js';
import type { SlurmEvent } from './events.js';
import { jobScript } from './job-script.js';
import type { NumberedTrial, WatchedTrial } from './numbered-trial.js';
import type { RunOnSlurmOptions } from './options.js';
import { cancelJobs, submitJob } from './slurm-commands.js';
import { slurmFiles } from './slurm-files.js';
import { type SubmittedJob, type SubmittedTask, taskOf, writeJobs } from './submitted-jobs.js';

/** Writes the job script of some trials, with the copy of the sweep file that its tasks read. */
export function scriptOf(
  { sweep, out, resources, command }: Pick<RunOnSlurmOptions, 'sweep' | 'out' | 'resources' | 'command'>,
  tasks: readonly number[],
): { script: string; sweepFile: string; sweepText: string } {
  const { folder } = slurmFiles(out);
  const sweepText = `${JSON.stringify(sweep, null, 2)}\n`;
  // The numbers of tasks belong to the file: what is submitted later from a changed one leaves this one alone.
  const digest = createHash('sha256').update(sweepText).digest('hex').slice(0, 10);
  const sweepFile = join(folder, `sweep-${digest}.json`);
  const script = jobScript({
    ...{ ...resources, tasks, name: basename(out), logs: folder, cwd: out },
    node: { program: process.execPath, version: process.version },
    command: command(sweepFile),
  });
  return { script, sweepFile, sweepText };
}

/**
 * Submits trials as an array, and notes the job.
 *
 * @throws SweepError, `slurm`, when the queue refuses; system errors where files cannot be written: nothing is in the queue
 *   then.
 */
export async function submitTrials(
  trials: readonly NumberedTrial[],
  { jobs, ...options }: RunOnSlurmOptions & { jobs: readonly SubmittedJob[] },
  tell: Tell<SlurmEvent>,
): Promise<WatchedTrial[]> {
  const files = slurmFiles(options.out);
  const { script, sweepFile, sweepText } = scriptOf(
    options,
    trials.map(({ task }) => task),
  );
  await writeFileAtomic(sweepFile, sweepText);
  await writeFileAtomic(files.script, script);
  const submitted = new Date().toISOString();
  const job = await submitJob(files.script).catch(async (error: unknown) => {
    // A script that the queue refuses is left there to be looked at.
    if (error instanceof SweepError && error.code === 'no-slurm') {
      for (const file of [sweepFile, files.script]) await rm(file, { force: true });
    }
    throw error;
  });
  const tasks = trials.map(
    ({ trial, task, record }): SubmittedTask => ({
      task,
      id: trial.configuration.id,
      seed: trial.seed,
      before: record?.started ?? null,
    }),
  );
  const noted: SubmittedJob = { ...job, submitted, tasks };
  try {
    await writeJobs(files.jobs, [...jobs, noted]);
  } catch (error) {
    // Nobody would find the job again.
    await cancelJobs([job]);
    throw error;
  }
  tell({ type: 'submitted', job, tasks: tasks.map(({ task }) => task) });
  return trials.map((numbered, index) => ({
    ...numbered,
    job: noted,
    submitted: tasks[index]!,
    jobs: 1 + jobs.filter((one) => taskOf(one, numbered.trial) !== undefined).length,
  }));
}
