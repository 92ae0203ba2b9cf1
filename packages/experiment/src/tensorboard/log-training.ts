import { basename, join, resolve } from 'node:path';
import { EventFileError } from '@cifarlab/tensorboard';
import { LockLostError } from '@cifarlab/trainer/node';
import type { RunEvent, WarningEvent } from '../run/events.js';
import type { Run } from '../run/run.js';
import { openRunFolder, readResult } from '../run/run-folder.js';
import { sentence } from '../settings/sentence.js';
import { EventLog } from './event-log.js';

/** Logs the training of a run for TensorBoard. A failure to write does not end the training. */
export class TrainingLog {
  readonly #run: Run;
  readonly #log: EventLog;
  #isWritten = true;

  private constructor(run: Run, log: EventLog) {
    this.#run = run;
    this.#log = log;
  }

  /** Opens the folder for a run in TensorBoard's, named as the run's own. @throws as `EventLog.open`. */
  static async open(run: Run, folder: string, command: string | undefined): Promise<TrainingLog> {
    const place = join(folder, basename(resolve(run.folder.path)));
    const started = run.earlier?.config.started;
    return new TrainingLog(run, await EventLog.open(place, { started, ...(command === undefined ? {} : { command }) }));
  }

  /** Logs a training, and hands its events on. */
  async *follow<Event extends RunEvent, Result>(
    events: AsyncGenerator<Event, Result, undefined>,
  ): AsyncGenerator<Event | WarningEvent, Result, undefined> {
    try {
      yield* this.#tried(() => this.#begin());
      for (;;) {
        const { done, value } = await events.next();
        if (done) return value;
        yield* this.#tried(() => this.#see(value));
        yield value;
      }
    } finally {
      await events.return(undefined as never);
    }
  }

  /** Closes the log; its files are removed if nothing of the run is kept. */
  async close({ isKept }: { isKept: boolean }): Promise<void> {
    await this.#log.close().catch(ignoreUnwritable);
    if (!isKept) await this.#log.discard();
  }

  async #begin(): Promise<void> {
    const { folder, network } = this.#run;
    const { config } = await openRunFolder(folder.path, [network]);
    await this.#log.catchUp({ folder, config, network, result: await readResult(folder) });
  }

  async #see(event: RunEvent): Promise<void> {
    if (event.type === 'train' || event.type === 'eval') await this.#log.write(event);
    else if (event.type === 'checkpoint' && event.last && event.step === 1) await this.#log.firstLayer(this.#run);
    else if (event.type === 'stop') {
      // Whoever interrupts a run does not want to wait for a picture.
      if (event.reason !== 'aborted') await this.#log.firstLayer(this.#run);
      await this.#log.end(event.reason);
    }
  }

  async *#tried(work: () => Promise<void>): AsyncGenerator<WarningEvent, void, undefined> {
    if (!this.#isWritten) return;
    try {
      await work();
    } catch (error) {
      ignoreUnwritable(error);
      this.#isWritten = false;
      const message = sentence`nothing more is written for TensorBoard: ${(error as Error).message}`;
      yield { type: 'warning', code: 'tensorboard', message };
    }
  }
}

function ignoreUnwritable(error: unknown): void {
  if (!(error instanceof EventFileError || error instanceof LockLostError)) throw error;
}
