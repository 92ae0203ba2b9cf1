// @ts-check
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';

/** @typedef {{ event: string, split?: string, step: number, loss: number, accuracy: number }} MetricEvent */

/** @param {string} folder of a recorded run @returns {string} its `metrics.jsonl`, which is kept compressed */
export function recordedSteps(folder) {
  return gunzipSync(readFileSync(join(folder, 'metrics.jsonl.gz'))).toString('utf8');
}

/**
 * Returns the evaluations of a run as CSV: step, split, loss and accuracy of each.
 *
 * @param {string} metrics content of a `metrics.jsonl`
 */
export function evaluationsCsv(metrics) {
  const rows = metrics
    .trim()
    .split('\n')
    .map((line) => /** @type {MetricEvent} */ (JSON.parse(line)))
    .filter(({ event }) => event === 'eval')
    .map(({ step, split, loss, accuracy }) => `${step},${split},${loss},${accuracy}`);
  return `${['step,split,loss,accuracy', ...rows].join('\n')}\n`;
}

/**
 * Compresses the steps of the runs under a folder that were added to it, and writes their evaluations beside them.
 *
 * @param {string} results @returns {string[]} the runs
 */
export function packRuns(results) {
  const added = readdirSync(results, { recursive: true, encoding: 'utf8' })
    .filter((path) => /(^|[\\/])metrics\.jsonl$/.test(path))
    .map((path) => join(results, path));
  return added.map((file) => {
    const folder = dirname(file);
    const metrics = readFileSync(file, 'utf8');
    const packed = join(folder, 'metrics.jsonl.gz');
    if (!existsSync(packed) || recordedSteps(folder) !== metrics)
      writeFileSync(packed, gzipSync(metrics, { level: 9 }));
    writeFileSync(join(folder, 'evaluations.csv'), evaluationsCsv(metrics));
    rmSync(file);
    return folder;
  });
}
