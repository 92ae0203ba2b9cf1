import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Network, openRun } from '@cifarlab/experiment';
import { parseRecord, readJson } from '@cifarlab/experiment/records';
import { loadCheckpoint, writeFileAtomic } from '@cifarlab/trainer/node';
import type { TrialFiles } from './trial.js';
import type { TestResult } from './trial-runner.js';
import { type TrialRecord, testResultSchema, trialFormat, trialRecordSchema, trialVersion } from './trial-schema.js';

const remedy = 'correct it there, or remove the file to have it made anew';

/**
 * Reads how far a trial came.
 *
 * @returns undefined for a trial that was never started.
 * @throws RecordError when the record cannot be understood.
 */
export async function readTrialRecord({ record }: TrialFiles): Promise<TrialRecord | undefined> {
  const content = await readJson(record, { remedy });
  return content === undefined ? undefined : parseRecord(trialRecordSchema, content, { place: record, remedy });
}

/** Writes how far a trial came. */
export async function writeTrialRecord(
  { record }: TrialFiles,
  content: Omit<TrialRecord, 'format' | 'version'>,
): Promise<void> {
  await writeFileAtomic(
    record,
    `${JSON.stringify({ format: trialFormat, version: trialVersion, ...content }, null, 2)}\n`,
  );
}

/**
 * Reads a trial's result on the test images.
 *
 * @returns undefined for a trial that was not evaluated on them.
 * @throws RecordError when the result cannot be understood.
 */
export async function readTestResult({ test }: TrialFiles): Promise<TestResult | undefined> {
  const content = await readJson(test, { remedy });
  return content === undefined ? undefined : parseRecord(testResultSchema, content, { place: test, remedy });
}

/** Writes a trial's result on the test images. */
export async function writeTestResult({ test }: TrialFiles, result: TestResult): Promise<void> {
  await writeFileAtomic(test, `${JSON.stringify(result, null, 2)}\n`);
}

/** Returns when the checkpoint was written from which a trial can go on; undefined when there is none. */
export async function lastCheckpointTime({ run }: TrialFiles, network: Network): Promise<Date | undefined> {
  try {
    const { folder } = await openRun(run, { networks: [network] });
    const { training } = await loadCheckpoint(folder.last);
    return training && (await stat(join(folder.last, 'state.json'))).mtime;
  } catch {
    // Whatever is wrong with it: such a trial starts again.
    return undefined;
  }
}
