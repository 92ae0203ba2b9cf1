import type { History } from '@cifarlab/trainer';
import { readRun, writeCurves, writeReport } from '../curves.js';
import { formatDuration } from '../duration.js';
import { CliError, type ExitCode, exitCodes } from '../errors.js';
import { type Io, printNote, printResult } from '../io.js';
import type { Run } from './run.js';

/**
 * Draws the curves, writes the report and prints the result.
 *
 * @throws CliError when training stopped because the loss was not finite.
 */
export async function finishRun(
  { model, folder }: Run,
  history: History,
  seconds: number,
  { json }: { json: boolean },
  io: Io,
): Promise<ExitCode> {
  const { stop, best } = history;
  if (history.train.length > 0) {
    const recorded = await readRun(folder.path);
    await writeCurves([recorded], { svg: folder.curvesSvg, png: folder.curvesPng });
    await writeReport([recorded], folder.report);
  }
  const last = history.evaluations.filter(({ split }) => split === 'test').at(-1);
  if (json) {
    const test = last && { step: last.step, loss: last.loss, accuracy: last.accuracy };
    const result = { run: folder.path, stop: stop.reason, step: stop.step, seconds, test, best: best ?? undefined };
    printResult(io, JSON.stringify(result));
  } else {
    if (last) {
      printResult(io, `test accuracy ${last.accuracy.toFixed(4)}, loss ${last.loss.toFixed(4)} at step ${last.step}`);
    }
    if (best) printResult(io, `best validation ${best.metric} ${best.value.toFixed(4)} at step ${best.step}`);
    printResult(io, `run    ${folder.path} (${stop.step} steps in ${formatDuration(seconds)})`);
    printResult(io, `curves ${folder.curvesPng}`);
    printResult(io, `report ${folder.report}`);
  }
  if (stop.reason === 'non-finite-loss') throw new CliError(stop.message);
  if (stop.reason === 'aborted') {
    printNote(io, `Go on with: cifarlab train ${model} --resume ${folder.path}`);
    return exitCodes.interrupted;
  }
  if (stop.reason === 'early-stopping') printNote(io, stop.message);
  return exitCodes.done;
}
