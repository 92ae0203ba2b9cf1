import type { StartedEngine } from '@cifarlab/engines';
import { writeFileAtomic } from '@cifarlab/trainer/node';
import { sentence } from '../settings/sentence.js';
import type { TrainingLog } from '../tensorboard/log-training.js';
import type { EngineChoice } from './engine.js';
import type { BatchEvent, DataEvent, NetworkEvent, RunEnd, RunEvent, WarningEvent } from './events.js';
import { finishRun } from './finish-run.js';
import { fitRun } from './fit-run.js';
import { describeMachine } from './machine.js';
import type { TrainingOptions } from './options.js';
import { type PreparedRun, prepareRun } from './prepare-run.js';
import type { Run } from './run.js';
import type { RunFiles } from './run-files.js';
import { lostRun } from './run-lock.js';
import { tellWhile } from './tell-while.js';

/** The engine of a run, and facts about it. */
export interface Computer {
  engine: StartedEngine;
  /** The engine that was requested. */
  choice: EngineChoice;
  /** Memory of a training step, in bytes; undefined where it is not known. */
  bytes: number | undefined;
}

/** Minutes between two checkpoints unless told otherwise. */
const CHECKPOINT_MINUTES = 5;

/** Takes a run from its folder to its result, and then lets go of the folder. What comes to nothing leaves nothing. */
export async function* trainInFolder(
  run: Run,
  { engine, choice, bytes }: Computer,
  { data: dataChoice = {}, signal, checkpointMinutes = CHECKPOINT_MINUTES, ...options }: TrainingOptions,
): AsyncGenerator<RunEvent, RunEnd, undefined> {
  const { network, settings, earlier, folder } = run;
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  let isKept = false;
  let prepared: PreparedRun | undefined;
  let log: TrainingLog | undefined;
  try {
    log = await openLog(run, options);
    yield { type: 'settings', network: network.name, settings };
    yield* run.warnings;
    yield { type: 'engine', engine, choice, recorded: earlier?.config.engine };
    yield* processorWarnings(run);
    if (bytes !== undefined) yield { type: 'memory', bytes };
    for (const message of network.warnings?.(settings) ?? []) yield { type: 'warning', code: 'settings', message };

    prepared = yield* prepare(run, { engine, data: dataChoice, signal });
    if (prepared === undefined) return yield* nothingDone(run, seconds());
    yield { type: 'folder', folder };
    // From here on, what is in the folder is worth keeping whatever happens.
    isKept = true;
    if (options.showBatch) yield* drawBatch(run, prepared);
    const training = fitRun(run, prepared, { signal, checkpointMinutes });
    const history = yield* log === undefined ? training : log.follow(training);
    if (history.stop.reason === 'aborted' && history.stop.step === 0) {
      isKept = false;
      return yield* nothingDone(run, seconds());
    }
    return yield* ending(
      yield* finishRun(run, history, { seconds: seconds(), data: prepared.data, words: options.words }),
    );
  } catch (error) {
    throw lostRun(folder.path, error);
  } finally {
    await prepared?.metrics.close();
    prepared?.trainee.dispose?.();
    await log?.close({ isKept: isKept || earlier !== undefined });
    if (!isKept) await run.discard();
    await run.lock.release();
  }
}

/** Draws the picture of a batch; a training does not fail for a picture. */
async function* drawBatch(
  { folder, lock, settings, earlier, wrote }: Run,
  { data }: PreparedRun,
): AsyncGenerator<BatchEvent | WarningEvent, void, undefined> {
  // What draws takes its time to load.
  const [{ batchPicture }, { PlotError }] = await Promise.all([
    import('./batch-picture.js'),
    import('@cifarlab/plots'),
  ]);
  try {
    const picture = await batchPicture(data, settings.batchSize, earlier?.resumeFrom.data);
    await lock.check();
    await writeFileAtomic(folder.batch, picture);
    wrote(folder.batch);
    yield { type: 'batch', file: folder.batch };
  } catch (error) {
    if (!(error instanceof PlotError)) throw error;
    yield { type: 'warning', code: 'picture', message: sentence`${folder.batch} is not drawn: ${error.message}` };
  }
}

async function openLog(
  run: Run,
  { tensorboard, command }: Pick<TrainingOptions, 'tensorboard' | 'command'>,
): Promise<TrainingLog | undefined> {
  if (tensorboard === undefined) return undefined;
  // It takes its time to load, and most runs go without it.
  const { TrainingLog } = await import('../tensorboard/log-training.js');
  return TrainingLog.open(run, tensorboard, command);
}

/** Warns where another processor computed the last steps of a run: its products may be rounded differently. */
function* processorWarnings({ earlier }: Run): Generator<WarningEvent> {
  if (earlier === undefined) return;
  const { sessions, machine } = earlier.config;
  const before = sessions?.at(-1)?.cpu ?? machine.cpu;
  const { cpu } = describeMachine();
  if (cpu === before) return;
  const message = sentence`the run was made on ${before} and goes on with ${cpu}: its numbers may differ in the last bits from those of an unbroken run`;
  yield { type: 'warning', code: 'other-processor', message };
}

async function* ending(end: RunEnd): AsyncGenerator<RunEvent, RunEnd, undefined> {
  yield { type: 'end', end };
  return end;
}

/** Ends a run that was interrupted before its first step, or before its next one. */
async function* nothingDone(run: Run, seconds: number): AsyncGenerator<RunEvent, RunEnd, undefined> {
  const { network, folder, earlier } = run;
  await run.discard();
  const step = earlier?.resumeFrom.step ?? 0;
  const message = `Stopped on request before step ${step + 1}.`;
  return yield* interrupted(network.name, folder, { isKept: earlier !== undefined, step, message, seconds });
}

/** Ends a run that was interrupted before anything was done. */
export function interrupted(
  network: string,
  folder: RunFiles,
  { isKept, step, message, seconds }: Pick<RunEnd, 'isKept' | 'seconds'> & Pick<RunEnd['stop'], 'step' | 'message'>,
): AsyncGenerator<RunEvent, RunEnd, undefined> {
  const stop = { reason: 'aborted' as const, step, message };
  return ending({ network, folder, isKept, stop, seconds, test: undefined, best: undefined, drawn: undefined });
}

/** @returns undefined after an abort. */
async function* prepare(
  run: Run,
  {
    signal,
    ...options
  }: { engine: StartedEngine; data: NonNullable<TrainingOptions['data']>; signal: AbortSignal | undefined },
): AsyncGenerator<DataEvent | NetworkEvent, PreparedRun | undefined, undefined> {
  try {
    return yield* tellWhile<DataEvent | NetworkEvent, PreparedRun>((tell, left) =>
      prepareRun(run, { ...options, tell, signal: signal === undefined ? left : AbortSignal.any([signal, left]) }),
    );
  } catch (error) {
    if (!signal?.aborted) throw error;
    return undefined;
  }
}
