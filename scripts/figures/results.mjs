// @ts-check
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { root } from '../lib/workspace.mjs';
import { recordedSteps } from './recorded-steps.mjs';

/** @param {string} file under `docs/results` */
function read(file) {
  const path = join(root, 'docs/results', file);
  return basename(file) === 'metrics.jsonl' ? recordedSteps(dirname(path)) : readFileSync(path, 'utf8');
}

/**
 * Returns the value that a source names: `convnet/evaluations.csv split=test step=500 accuracy` is the field `accuracy` of
 * the one line that has these fields, as is `convnet/metrics.jsonl event=train step=1 loss`; `mlp/config.json
 * settings.maxSteps` is a field of a file of one object.
 *
 * @param {string} source
 * @param {(file: string) => string} [readFile]
 * @returns {any}
 * @throws {Error} if not exactly one line fits, or it lacks the field
 */
export function resultAt(source, readFile = read) {
  const [file, ...words] = source.split(' ');
  const field = words.pop() ?? '';
  const conditions = words.map((word) => word.split('='));
  const fitting = objectsIn(file, readFile(file)).filter((line) =>
    conditions.every(([key, value]) => String(line[key]) === value),
  );
  if (fitting.length !== 1) throw new Error(`${source}: ${fitting.length} lines of ${file} fit, expected one`);
  const found = field.split('.').reduce((value, key) => value?.[key], fitting[0]);
  if (found === undefined) throw new Error(`${source}: ${file} has no ${field}`);
  return found;
}

/**
 * @param {string} file @param {string} text its content
 * @returns {any[]} the object of each line, or the one that the file is
 */
function objectsIn(file, text) {
  if (file.endsWith('.csv'))
    return parse(text, { columns: true, cast: (value) => (Number.isNaN(Number(value)) ? value : Number(value)) });
  const lines = file.endsWith('.jsonl') ? text.trim().split('\n') : [text];
  return lines.map((line) => JSON.parse(line));
}

/**
 * Returns what a run measured after a step.
 *
 * @param {string} run @param {number} step @param {'test' | 'validation'} [split]
 * @returns {{ loss: number, accuracy: number }}
 */
export function evaluation(run, step, split = 'test') {
  const of = (/** @type {string} */ field) => resultAt(`${run}/evaluations.csv split=${split} step=${step} ${field}`);
  return { loss: of('loss'), accuracy: of('accuracy') };
}

/** @param {string} run @param {number} step @returns {{ loss: number, accuracy: number }} of the batch of that step */
export function trainingStep(run, step) {
  const of = (/** @type {string} */ field) => resultAt(`${run}/metrics.jsonl event=train step=${step} ${field}`);
  return { loss: of('loss'), accuracy: of('accuracy') };
}

/** @param {string} file that `cifarlab eval --json` wrote @returns {number} */
export function testAccuracy(file) {
  return resultAt(`${file} accuracy`);
}

/** @param {string} file @returns {Record<string, string>[]} */
export function csv(file) {
  return parse(read(file), { columns: true });
}
