import type { DataSet } from '@cifarlab/cifar10';
import { learningRateSchedule } from '@cifarlab/experiment';
import { type BatchSource, fit, type History, progress, type TrainEvent } from '@cifarlab/trainer';
import { recordRun, withInterrupt } from '@cifarlab/trainer/node';
import type { Io } from '../io.js';
import type { Batches } from '../networks/batches.js';
import { createProgressView, formatPercent, type ProgressView } from '../progress.js';
import type { PreparedRun } from './prepare-run.js';
import type { Run } from './run.js';

/**
 * Trains to the end, or to an interrupt, with progress on stderr and everything else in the run's folder.
 *
 * @param flags.checkpointMinutes the longest time between two checkpoints; 0 leaves the clock out.
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
        progress((step) => view.step(step)),
        (event) => showEvaluation(event, view),
        recordRun({ folder, metrics, describe }),
      ],
    });
  try {
    return await withInterrupt(train, {
      onInterrupt: () => view.note('Interrupted: finishing the step and saving (again to stop at once) …'),
    });
  } finally {
    view.done();
    await metrics.close();
  }
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
