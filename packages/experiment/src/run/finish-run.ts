import type { History } from '@cifarlab/trainer';
import { writeFileAtomic } from '@cifarlab/trainer/node';
import type { Dataset } from '../images/dataset.js';
import type { ReportWords } from '../report/report-words.js';
import { sentence } from '../settings/sentence.js';
import type { RunEnd, WarningEvent } from './events.js';
import type { Run } from './run.js';
import { readResult, writeResult } from './run-folder.js';

/** Facts about a training that has ended. */
export interface FinishOptions {
  /** Seconds since the run's folder was claimed. */
  seconds: number;
  /** The dataset that the network was trained and evaluated on. */
  data: Dataset;
  words: ReportWords | undefined;
}

/** Steps whose curves are drawn in a moment. */
const QUICKLY_DRAWN = 100_000;

/** Writes the result, draws the curves and writes the report. A training that has ended does not fail for a picture. */
export async function* finishRun(
  run: Run,
  history: History,
  { seconds, data, words }: FinishOptions,
): AsyncGenerator<WarningEvent, RunEnd, undefined> {
  const { folder, network, lock } = run;
  const { stop, best } = history;
  const result = { stop: stop.reason, step: stop.step, seconds: await secondsInAll(run, seconds) };
  await lock.check();
  await writeResult(folder, result);
  // All is safe by now. Whoever interrupts a run does not want to wait, not even for the curves of a long one.
  const draws = stop.reason !== 'aborted' || history.train.length <= QUICKLY_DRAWN;
  const drawn =
    draws && history.train.length > 0
      ? yield* drawRun(run, { data, words, isInterrupted: stop.reason === 'aborted' })
      : undefined;
  const last = history.evaluations.filter(({ split }) => split === 'test').at(-1);
  return {
    network: network.name,
    folder,
    isKept: true,
    stop,
    seconds,
    test: last && { step: last.step, loss: last.loss, accuracy: last.accuracy },
    best: best ?? undefined,
    drawn,
  };
}

/** Returns the seconds of all sessions of the run; null where an earlier one was killed, which leaves no record. */
async function secondsInAll({ folder, earlier }: Run, seconds: number): Promise<number | null> {
  if (earlier === undefined) return seconds;
  const before = await readResult(folder);
  return before?.step === earlier.resumeFrom.step && before.seconds !== null ? before.seconds + seconds : null;
}

async function* drawRun(
  { folder, network, lock }: Run,
  { data, words, isInterrupted }: Pick<FinishOptions, 'data' | 'words'> & { isInterrupted: boolean },
): AsyncGenerator<WarningEvent, NonNullable<RunEnd['drawn']>, undefined> {
  // What draws takes its time to load.
  const { readRun, tryPng, writeSvg } = await import('../report/curves.js');
  const { inspectNetwork } = await import('../report/inspect-network.js');
  const { renderPage } = await import('../report/page.js');
  const recorded = await readRun(folder.path, [network]);
  await lock.check();
  const curvesSvg = await writeSvg([recorded], folder.curvesSvg);
  await lock.check();
  const fault = await tryPng(curvesSvg, folder.curvesPng);
  if (fault !== undefined) {
    yield { type: 'warning', code: 'picture', message: sentence`${folder.curvesPng} is not drawn: ${fault}` };
  }
  // Whoever interrupts a run does not want to wait for a slow network to classify the test images.
  const looksInside = network.isQuick && !isInterrupted;
  const sources = { dataset: async () => data, startEngine: async () => {} };
  const findings = looksInside ? await inspectNetwork(recorded, sources, words) : undefined;
  const page = await renderPage([{ ...recorded, findings, curvesSvg }], words);
  await lock.check();
  await writeFileAtomic(folder.report, page);
  return { curves: fault === undefined ? folder.curvesPng : folder.curvesSvg, report: folder.report };
}
