import { join } from 'node:path';
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
import { RunError } from './run-error.js';
import { describeNetwork } from './saved-network.js';

/** Options of {@link fitRun}. */
export interface FitOptions {
  signal: AbortSignal | undefined;
  /** The longest time between two checkpoints; 0 leaves the clock out. */
  checkpointMinutes: number;
}

/** Trains to the end, or to an abort, with everything in the run's folder. Each event comes when it is on disk. */
export async function* fitRun(
  { network, settings, folder, earlier, lock }: Run,
  { trainee, data, metrics }: PreparedRun,
  { signal, checkpointMinutes }: FitOptions,
): AsyncGenerator<Exclude<TrainEvent, CheckpointEvent> | SavedEvent, History, undefined> {
  const { learner, batches } = trainee;
  const { maxSteps, evalFreq, batchSize, earlyStopping } = settings;
  const history = new HistoryRecorder();
  const before = earlier?.resumeFrom.callbacks[history.name];
  const describe = async () => describeNetwork(network, await trainee.save(), data);
  const record = recordRun({ folder, metrics, describe, lock });
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
  let isStarted = false;
  try {
    if (before !== undefined) history.loadState(before);
    for await (const event of events) {
      isStarted = true;
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
  } catch (error) {
    // Before its first event, training only takes over what the checkpoint holds.
    throw earlier === undefined || isStarted ? error : unfitState(folder.last, error as Error);
  } finally {
    await metrics.close();
  }
}

/** Characters of a message that may quote a whole value out of the file. */
const LONGEST_REASON = 300;

function unfitState(checkpoint: string, error: Error): RunError {
  const reason = error.message.replace(/\s*\n\s*/g, ' ').trim();
  const shown = reason.length > LONGEST_REASON ? `${reason.slice(0, LONGEST_REASON)}…` : reason;
  const file = join(checkpoint, 'state.json');
  return new RunError(
    {
      code: 'damaged',
      rule: `the training state in ${file} is damaged, or of another run than config.json describes (${shown})`,
      remedy: 'restore the checkpoint from a copy, or start a new run in another folder',
    },
    { cause: error },
  );
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
