import { join, resolve } from 'node:path';
import { writeFileAtomic } from '@cifarlab/trainer/node';
import type { Evaluation } from './evaluate.js';
import { withRunLock } from './run-lock.js';

/** Options for writing the files of an evaluation. */
export interface WriteEvaluationOptions {
  /** An existing folder. Default: that of the run. */
  out?: string | undefined;
  /** Name of this work for others who find the run's folder in use. Default: none. */
  command?: string | undefined;
}

/** The files of an evaluation. */
export interface EvaluationFiles {
  /** All of it. */
  json: string;
  /** The confusion matrix as a picture. */
  svg: string;
  /** The same. */
  png: string;
}

/** Seconds to wait for another process to let go of a run's folder. */
const PATIENCE = 5;

/**
 * Writes an evaluation and its confusion matrix as `confusion-<split>.json`, `.svg` and `.png` (with views, `confusion-<split>-mirror-shift.json`), under the run's lock where
 * they go into its folder.
 *
 * @returns the files.
 * @throws RunError, `in-use`, when another process writes into the run's folder; system errors.
 */
export async function writeEvaluation(
  evaluation: Evaluation,
  { out = evaluation.run, command }: WriteEvaluationOptions = {},
): Promise<EvaluationFiles> {
  const { run, confusion, classNames } = evaluation;
  const { renderConfusionMatrix } = await import('@cifarlab/plots');
  const { renderPng } = await import('@cifarlab/plots/node');
  const svg = await renderConfusionMatrix(confusion, classNames);
  const png = await renderPng(svg);
  const file = (type: string) => join(out, `confusion-${nameOf(evaluation)}.${type}`);
  const files = { json: file('json'), svg: file('svg'), png: file('png') };
  const write = async () => {
    await writeFileAtomic(files.svg, svg);
    await writeFileAtomic(files.png, png);
    await writeFileAtomic(files.json, `${JSON.stringify(evaluation, null, 2)}\n`);
  };
  if (resolve(out) !== resolve(run)) await write();
  else await withRunLock(run, { patienceSeconds: PATIENCE, ...(command === undefined ? {} : { command }) }, write);
  return files;
}

/** Returns the name of an evaluation: `test`, `test-mirror`, `test-mirror-shift`, `test-mirror-shift-0.25`. */
function nameOf({ split, mirror, shift, leastSure }: Evaluation): string {
  const parts = [split, mirror && 'mirror', shift && 'shift', leastSure < 1 && leastSure];
  return parts.filter((part) => part !== false).join('-');
}
