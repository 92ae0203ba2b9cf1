import type { DataSet } from '@cifarlab/cifar10';
import {
  type BatchSource,
  type CheckpointEvent,
  type History,
  HistoryRecorder,
  type TrainEvent,
  train,
} from '@cifarlab/trainer';
import { recordRun } from '@cifarlab/trainer/node';
import type { Batches } from '../networks/batches.js';
import { learningRateSchedule } from '../settings/schedule.js';
import type { SavedEvent } from './events.js';
import type { PreparedRun } from './prepare-run.js';
import type { Run } from './run.js';
import { describeNetwork } from './saved-network.js';

/** Options of {@link fitRun}. */
export interface FitOptions {
  signal: AbortSignal | undefined;
  /** The longest time between two checkpoints; 0 leaves the clock out. */
  checkpointMinutes: number;
}

/** Trains to the end, or to an abort, with everything in the run's folder. Each event comes when it is on disk. */
export async function* fitRun(
  { network, settings, folder, earlier }: Run,
  { trainee, data, metrics }: PreparedRun,
  { signal, checkpointMinutes }: FitOptions,
): AsyncGenerator<Exclude<TrainEvent, CheckpointEvent> | SavedEvent, History, undefined> {
  const { learner, batches } = trainee;
  const { maxSteps, evalFreq, batchSize, earlyStopping } = settings;
  const history = new HistoryRecorder();
  const before = earlier?.resumeFrom.callbacks[history.name];
  if (before !== undefined) history.loadState(before);
  const describe = async () => describeNetwork(network, await trainee.save(), data);
  const record = recordRun({ folder, metrics, describe });
  const events = train({
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
    ...(signal === undefined ? {} : { signal }),
  });
  try {
    for await (const event of events) {
      history.onEvent(event);
      if (event.type === 'checkpoint') {
        const { capture, ...saved } = event;
        await record({ ...event, capture: () => withHistory(history, capture) });
        yield saved;
      } else {
        await record(event);
        yield event;
      }
    }
    return history.result();
  } finally {
    await metrics.close();
  }
}

async function withHistory(history: HistoryRecorder, capture: CheckpointEvent['capture']) {
  return { ...(await capture()), callbacks: { [history.name]: history.saveState() } };
}

function trainingBatches<B>(train: DataSet, batches: Batches<B>, batchSize: number): BatchSource<B> {
  return {
    next: () => batches.next(train, batchSize),
    saveState: () => train.getState(),
    loadState: (state) => train.setState(state),
  };
}
