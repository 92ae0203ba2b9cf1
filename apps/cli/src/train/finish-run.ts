import type { Cifar10 } from '@cifarlab/cifar10';
import { PlotError } from '@cifarlab/plots';
import type { History } from '@cifarlab/trainer';
import { readRun, writePng, writeSvg } from '../curves.js';
import { formatDuration } from '../duration.js';
import { CliError, describeError, type ExitCode, exitCodes } from '../errors.js';
import { type Io, printNote, printResult } from '../io.js';
import { ownCommandLine } from '../own-command.js';
import { inspectModel } from '../report/inspect-model.js';
import { writeReport } from '../report/write-report.js';
import { readResult, writeResult } from '../run-folder.js';
import { pathWord } from '../shell-words.js';
import type { Run } from './run.js';

/** What there is to say about a training that has ended. */
export interface FinishRunOptions {
  /** Since `train` was called. */
  seconds: number;
  /** What the network was trained and evaluated on. */
  data: Cifar10;
  json: boolean;
  /** The command that continues the run. */
  resume: string;
}

/** Steps whose curves are drawn in a moment. */
const QUICKLY_DRAWN = 100_000;

/**
 * Draws the curves, writes the report and prints the result.
 *
 * @throws CliError when training stopped because the loss was not finite.
 */
export async function finishRun(
  run: Run,
  history: History,
  { seconds, data, json, resume }: FinishRunOptions,
  io: Io,
): Promise<ExitCode> {
  const { folder } = run;
  const { stop, best } = history;
  await writeResult(folder, { stop: stop.reason, step: stop.step, seconds: await secondsInAll(run, seconds) });
  // All is safe by now. Whoever interrupts a run does not want to wait, not even for the curves of a long one.
  const draws = stop.reason !== 'aborted' || history.train.length <= QUICKLY_DRAWN;
  const png = history.train.length > 0 && draws && (await drawRun(run, history, data, io));
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
    if (draws) {
      printResult(io, `curves ${png ? folder.curvesPng : folder.curvesSvg}`);
      printResult(io, `report ${folder.report}`);
    }
  }
  if (stop.reason === 'non-finite-loss') throw new CliError(stop.message);
  if (stop.reason === 'aborted') {
    if (!draws) printNote(io, `Draw its curves with: ${ownCommandLine('report', pathWord(folder.path))}`);
    printNote(io, `Go on with: ${resume}`);
    return exitCodes.interrupted;
  }
  if (stop.reason === 'early-stopping') printNote(io, stop.message);
  return exitCodes.done;
}

/** What all sessions of the run took; null where an earlier one was killed, which leaves no record. */
async function secondsInAll({ folder, earlier }: Run, seconds: number): Promise<number | null> {
  if (earlier === undefined) return seconds;
  const before = await readResult(folder);
  return before?.step === earlier.resumeFrom.step && before.seconds !== null ? before.seconds + seconds : null;
}

/** @returns whether the curves are there as PNG. */
async function drawRun({ folder, model }: Run, { stop }: History, data: Cifar10, io: Io): Promise<boolean> {
  const recorded = await readRun(folder.path);
  const curvesSvg = await writeSvg([recorded], folder.curvesSvg);
  const png = await drawPng(curvesSvg, folder.curvesPng, io);
  // An MLP classifies the test images in a second or two; the ConvNet takes half a minute, and whoever interrupts a run
  // does not want to wait.
  const quick = model !== 'convnet' && stop.reason !== 'aborted';
  const sources = { dataset: async () => data, startEngine: async () => {} };
  const findings = quick ? await inspectModel(recorded, sources) : undefined;
  await writeReport([{ ...recorded, model: findings, curvesSvg }], folder.report);
  return png;
}

/** A training that has ended does not fail for its picture. @returns whether it is there. */
async function drawPng(svg: string, file: string, io: Io): Promise<boolean> {
  try {
    await writePng(svg, file);
    return true;
  } catch (error) {
    if (!(error instanceof PlotError)) throw error;
    printNote(io, `warning: ${file} is not drawn: ${describeError(error)}`);
    return false;
  }
}
