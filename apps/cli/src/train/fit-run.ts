import { join } from 'node:path';
import type { DataSet } from '@cifarlab/cifar10';
import { type BatchSource, fit, type History, progress, type TrainEvent } from '@cifarlab/trainer';
import { recordRun, withInterrupt } from '@cifarlab/trainer/node';
import { CliError, describeError } from '../errors.js';
import type { Io } from '../io.js';
import type { Batches } from '../networks/batches.js';
import { createProgressView, formatPercent, type ProgressView } from '../progress.js';
import type { PreparedRun } from './prepare-run.js';
import type { Run } from './run.js';
import { learningRateSchedule } from './schedule.js';

/**
 * Trains to the end, or to an interrupt, with progress on stderr and everything else in the run's folder.
 *
 * @param flags.checkpointMinutes the longest time between two checkpoints; 0 leaves the clock out.
 * @throws CliError naming the checkpoint when its training state does not fit the run; what training throws.
 */
export async function fitRun(
  run: Run,
  { trainee, data, metrics }: PreparedRun,
  { checkpointMinutes }: { checkpointMinutes: number },
  io: Io,
): Promise<History> {
  const { settings, folder, earlier } = run;
  const { learner, batches, describe } = trainee;
  const { maxSteps, evalFreq, batchSize, earlyStopping } = settings;
  const view = createProgressView(io.stderr);
  let isStarted = false;
  const train = (signal: AbortSignal) =>
    fit({
      learner,
      data: trainingBatches(data.train, batches, batchSize),
      evaluate: {
        ...(data.validation.numExamples > 0 ? { validation: () => batches.every(data.validation) } : {}),
        ...(settings.test === false ? {} : { test: () => batches.every(data.test) }),
      },
      maxSteps,
      evalFreq,
      learningRate: learningRateSchedule(settings),
      ...(earlyStopping === null ? {} : { earlyStopping: { patience: earlyStopping } }),
      ...(checkpointMinutes > 0 ? { checkpointSeconds: 60 * checkpointMinutes } : {}),
      ...(earlier === undefined ? {} : { resumeFrom: earlier.resumeFrom }),
      signal,
      callbacks: [
        ({ type }) => {
          isStarted ||= type === 'start';
        },
        progress((step) => view.step(step)),
        (event) => showEvaluation(event, view),
        recordRun({ folder, metrics, describe }),
      ],
    });
  try {
    return await withInterrupt(train, {
      onInterrupt: () => view.note('Interrupted: finishing the step and saving (again to stop at once) …'),
    });
  } catch (error) {
    // Before its first event, training only takes over what the checkpoint holds.
    throw earlier === undefined || isStarted ? error : unfitState(folder.last, error);
  } finally {
    view.done();
    await metrics.close();
  }
}

/** Characters of a message that may quote a whole value out of the file. */
const LONGEST_REASON = 300;

function unfitState(checkpoint: string, error: unknown): CliError {
  const reason = describeError(error);
  const shown = reason.length > LONGEST_REASON ? `${reason.slice(0, LONGEST_REASON)}…` : reason;
  return new CliError(
    `the training state in ${join(checkpoint, 'state.json')} is damaged, or of another run than config.json describes ` +
      `(${shown}); restore the checkpoint from a copy, or start a new run in another folder`,
    { cause: error },
  );
}

function trainingBatches<B>(train: DataSet, batches: Batches<B>, batchSize: number): BatchSource<B> {
  return {
    next: () => batches.next(train, batchSize),
    saveState: () => train.getState(),
    loadState: (state) => train.setState(state),
  };
}

function showEvaluation(event: TrainEvent, view: ProgressView): void {
  if (event.type !== 'eval') return;
  const { step, split, loss, accuracy } = event;
  view.note(`step ${step}  ${split} loss ${loss.toFixed(4)}  ${split} accuracy ${formatPercent(accuracy)}`);
}
