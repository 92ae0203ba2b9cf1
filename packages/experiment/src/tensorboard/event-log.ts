import { unlink } from 'node:fs/promises';
import { describeSystemError } from '@cifarlab/internals/system-errors';
import { PlotError } from '@cifarlab/plots';
import { EventFileError, EventWriter } from '@cifarlab/tensorboard';
import type { EvalEvent, TrainStepEvent } from '@cifarlab/trainer';
import { type AcquireLockOptions, CheckpointError, type HeldLock, iterateMetrics } from '@cifarlab/trainer/node';
import type { Network } from '../networks/network.js';
import { RecordError } from '../records/record-error.js';
import type { RunConfig } from '../records/run-config.js';
import type { RunResult } from '../records/run-result.js';
import { makeFolders, removeEmptyFolders } from '../run/own-folders.js';
import { RunError } from '../run/run-error.js';
import type { RunFiles } from '../run/run-files.js';
import { lockRun } from '../run/run-lock.js';
import { firstLayerImage } from './first-layer-image.js';
import { hyperparametersOf } from './hyperparameters.js';

/** A run as it lies on disk. */
interface LoggedRun {
  folder: RunFiles;
  config: RunConfig;
  network: Network;
  /** Result of the run, if it has ended. */
  result: RunResult | undefined;
}

/** Options of {@link EventLog.open}. */
interface EventLogOptions extends AcquireLockOptions {
  /** Start of the run; undefined for a new one. */
  started: string | undefined;
}

/** The events of one run in a folder of TensorBoard's, locked for this process. All that writes throws LockLostError once it is not. */
export class EventLog {
  readonly #writer: EventWriter;
  readonly #made: readonly string[];
  readonly #lock: HeldLock;

  private constructor(writer: EventWriter, made: readonly string[], lock: HeldLock) {
    this.#writer = writer;
    this.#made = made;
    this.#lock = lock;
  }

  /**
   * Opens the folder of a run's events; it is made if it is missing.
   *
   * @throws RunError: `not-writable`, naming the folder and the reason; `in-use`; `other-events` when it holds the events
   *   of something else.
   */
  static async open(path: string, { started, ...options }: EventLogOptions): Promise<EventLog> {
    const made = await asRunError(path, () => makeFolders(path));
    try {
      const lock = await asRunError(path, () => lockRun(path, options));
      try {
        const writer = await asRunError(path, () => EventWriter.open(path, { resume: true }));
        if (isOfAnother(writer, started)) {
          await writer.close();
          throw new RunError({
            code: 'other-events',
            place: path,
            rule: 'holds the events of something else than this run',
            remedy: 'choose another folder, or remove it',
          });
        }
        return new EventLog(writer, made, lock);
      } catch (error) {
        await lock.release();
        throw error;
      }
    } catch (error) {
      await removeEmptyFolders(made);
      throw error;
    }
  }

  /** The event file. */
  get file(): string {
    return this.#writer.path;
  }

  /** Tells the hyperparameters, and the numbers of `metrics.jsonl` that are not there yet. */
  async catchUp({ folder, config, result }: LoggedRun): Promise<void> {
    const start = new Date(config.started);
    // When a step was done is not recorded; all took about as long.
    const perStep = result?.seconds && result.step > 0 ? (1000 * result.seconds) / result.step : 0;
    await this.#lock.check();
    await this.#writer.startSession({ hyperparameters: hyperparametersOf(config), time: start });
    for await (const { event, step, ...numbers } of iterateMetrics(folder.metrics)) {
      const split = event === 'train' ? 'train' : (numbers as { split: string }).split;
      await this.#numbers(split, step, numbers, new Date(start.getTime() + perStep * step));
    }
    await this.#writer.flush();
  }

  /** Writes the numbers of a step or an evaluation. */
  async write(event: TrainStepEvent | EvalEvent): Promise<void> {
    const time = new Date();
    await this.#lock.check();
    await this.#numbers(event.type === 'train' ? 'train' : event.split, event.step, event, time);
    // Apart from the others: `metrics.jsonl` does not have it.
    if (event.type === 'train') await this.#writer.scalars(event.step, { 'learning rate': event.learningRate }, time);
    else await this.#writer.flush();
  }

  /** Writes the first layer of the last checkpoint as an image, where it is one that can be drawn. */
  async firstLayer({ folder, network }: Pick<LoggedRun, 'folder' | 'network'>): Promise<void> {
    const image = await firstLayerImage(folder, network).catch((error: unknown) => {
      const isUnfit = [PlotError, CheckpointError, RecordError, RunError].some((kind) => error instanceof kind);
      if (isUnfit) return undefined;
      throw error;
    });
    if (image === undefined) return;
    await this.#lock.check();
    await this.#writer.image(image.step, 'first layer', image.png);
  }

  /** Tells that the training has ended, unless it is to go on. */
  async end(reason: string): Promise<void> {
    if (reason === 'aborted') return;
    await this.#lock.check();
    await this.#writer.endSession({ status: reason === 'non-finite-loss' ? 'failure' : 'success' });
  }

  /** Closes the file and lets other processes write into the folder. */
  async close(): Promise<void> {
    try {
      await this.#writer.close();
    } finally {
      await this.#lock.release();
    }
  }

  /** Removes the files that were made here, after `close`, for a run of which nothing is kept. */
  async discard(): Promise<void> {
    if (!this.#writer.isContinued) await unlink(this.file).catch(() => {});
    await removeEmptyFolders(this.#made);
  }

  #numbers(split: string, step: number, numbers: { loss: number; accuracy: number }, time: Date): Promise<void> {
    const { loss, accuracy } = numbers;
    return this.#writer.scalars(step, { [`loss/${split}`]: loss, [`accuracy/${split}`]: accuracy }, time);
  }
}

/** Returns whether the events of a file are not of the run that was started then. */
function isOfAnother({ isContinued, recordedSession }: EventWriter, started: string | undefined): boolean {
  if (!isContinued) return false;
  return started === undefined || recordedSession?.time.getTime() !== new Date(started).getTime();
}

async function asRunError<T>(place: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RunError) throw error;
    const reason = error instanceof EventFileError ? error.message : undefined;
    const described = reason ?? describeSystemError(error as Error) ?? (error as Error).message;
    throw new RunError(
      { code: 'not-writable', place, rule: `cannot be written for TensorBoard: ${described}` },
      { cause: error },
    );
  }
}
