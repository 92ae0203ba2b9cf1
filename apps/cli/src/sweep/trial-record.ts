import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { loadCheckpoint, writeFileAtomic } from '@cifarlab/trainer/node';
import { CliError } from '../errors.js';
import { openRunFolder } from '../run-folder.js';
import type { TrialFiles } from './trial.js';
import type { TestResult, TrialFailure, TrialResult } from './trial-runner.js';

const format = 'cifarlab-trial';
const version = 1;

/** What is kept of a trial, beside its run's folder. */
export interface TrialRecord {
  format: typeof format;
  version: typeof version;
  /** The images it is trained on: see `dataFingerprint`. */
  data: string;
  status: 'running' | 'interrupted' | 'failed' | 'done';
  /** When its latest process was started: ISO 8601, UTC. */
  started: string;
  /** Of all its processes that count: what was lost in a kill does not. */
  seconds: number;
  result?: TrialResult;
  failure?: TrialFailure;
}

/** @returns undefined for a trial that was never started. @throws CliError when the record cannot be read. */
export async function readTrialRecord({ record }: TrialFiles): Promise<TrialRecord | undefined> {
  const content = (await readJson(record)) as Partial<TrialRecord> | undefined;
  if (content === undefined) return undefined;
  if (content?.format !== format || content.version !== version) {
    throw new CliError(`${record} is no trial's record that this version reads; remove it to train the trial anew`);
  }
  return content as TrialRecord;
}

export async function writeTrialRecord(
  { record }: TrialFiles,
  content: Omit<TrialRecord, 'format' | 'version'>,
): Promise<void> {
  await writeFileAtomic(record, `${JSON.stringify({ format, version, ...content }, null, 2)}\n`);
}

/** @returns undefined for a trial that was not evaluated on the test images. */
export async function readTestResult({ test }: TrialFiles): Promise<TestResult | undefined> {
  return (await readJson(test)) as TestResult | undefined;
}

export async function writeTestResult({ test }: TrialFiles, result: TestResult): Promise<void> {
  await writeFileAtomic(test, `${JSON.stringify(result, null, 2)}\n`);
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (!(error instanceof SyntaxError)) throw error;
    throw new CliError(`${file} is not valid JSON (${error.message}); remove it to have it made anew`, {
      cause: error,
    });
  }
}

/** When the checkpoint was written from which a trial can go on; undefined when there is none. */
export async function lastCheckpointTime({ run }: TrialFiles): Promise<Date | undefined> {
  try {
    const { folder } = await openRunFolder(run);
    const { training } = await loadCheckpoint(folder.last);
    return training && (await stat(join(folder.last, 'state.json'))).mtime;
  } catch {
    // Whatever is wrong with it: such a trial starts again.
    return undefined;
  }
}
