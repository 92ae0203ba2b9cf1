import {
  arrayOf,
  count,
  moment,
  objectWith,
  oneOfTexts,
  parseRecord,
  readJson,
  rule,
  words,
} from '@cifarlab/experiment/records';
import { writeFileAtomic } from '@cifarlab/trainer/node';
import * as v from 'valibot';
import type { Trial } from '../trials/trial.js';
import type { SlurmJob } from './slurm-commands.js';

/** A job that a sweep has submitted. */
export interface SubmittedJob extends SlurmJob {
  /** When: ISO 8601, UTC. */
  submitted: string;
  /** Number of the trial that task 0 of the array trains: not 0 where one array does not have room for all. */
  offset: number;
  /** Its tasks. */
  tasks: SubmittedTask[];
}

/** A task of a job, by the number of its trial: which trial it trains. In a sweep file that was changed since, another trial may have its number. */
export interface SubmittedTask {
  task: number;
  /** Id of the configuration. */
  id: string;
  seed: number;
  /** Time of the trial's last start before this job; null if there was none. */
  before: string | null;
}

/** Jobs that are kept, the latest ones; with the most trials of a sweep it is a file of some megabytes. */
const MOST_JOBS = 50;

const remedy = 'remove the file; jobs that wait or run have to be cancelled with scancel then';

const matching = (what: string, pattern: RegExp) =>
  rule<string>(what, (value) => typeof value === 'string' && pattern.test(value));

const task = objectWith({ task: count, id: words, seed: count, before: v.nullable(moment) });

const job = objectWith({
  id: matching('the number of a job', /^\d{1,20}$/),
  cluster: v.nullable(matching('the name of a cluster', /^\w[\w.-]{0,199}$/)),
  submitted: moment,
  offset: v.optional(count, 0),
  tasks: arrayOf(task, [1, 10_000], 'tasks'),
});

const format = 'cifarlab-slurm';
const version = 1;

const schema = objectWith({
  format: oneOfTexts([format]),
  version: rule<typeof version>(`${version}, which this program reads`, (value) => value === version),
  jobs: arrayOf(job, [0, MOST_JOBS], 'jobs'),
}) as unknown as v.GenericSchema<unknown, { jobs: SubmittedJob[] }>;

/**
 * Reads which jobs a sweep has submitted.
 *
 * @throws RecordError when the file cannot be understood.
 */
export async function readJobs(file: string): Promise<SubmittedJob[]> {
  const content = await readJson(file, { remedy, mostBytes: 2 ** 26 });
  return content === undefined ? [] : parseRecord(schema, content, { place: file, remedy }).jobs;
}

/** Writes which jobs a sweep has submitted. */
export async function writeJobs(file: string, jobs: readonly SubmittedJob[]): Promise<void> {
  await writeFileAtomic(file, `${JSON.stringify({ format, version, jobs: jobs.slice(-MOST_JOBS) })}\n`);
}

/** Returns the task of a job that trains a trial. */
export function taskOf({ tasks }: SubmittedJob, { configuration, seed }: Trial): SubmittedTask | undefined {
  return tasks.find((one) => one.id === configuration.id && one.seed === seed);
}
