import { encodeSummary } from './event.js';
import { EventFile } from './event-file.js';
import type { Summary } from './generated/event_pb.js';
import {
  type Experiment,
  experimentSummary,
  type HyperparameterValue,
  type SessionEnd,
  type SessionPart,
  type SessionStart,
  sessionEndSummary,
  sessionStartSummary,
} from './hparams.js';
import { frameRecord } from './record.js';
import { imageSummary, scalarsSummary } from './summary.js';

/** Options of {@link EventWriter.open}. */
export interface EventWriterOptions {
  /**
   * Continues the newest event file of the folder, where there is one: what is written again as it was there is left out;
   * from the first event on that differs, what is there is given up. Default: false, a new file.
   */
  resume?: boolean | undefined;
  /** Seconds that events wait for others at most, before the next one takes all of them to the disk. Default: 2. */
  flushSeconds?: number | undefined;
}

/** The start of a session that a file holds. */
export interface RecordedSession {
  /** Hyperparameters of the run. */
  readonly hyperparameters: Readonly<Record<string, HyperparameterValue>>;
  /** Start of the session. */
  readonly time: Date;
}

/** Bytes that wait for others at most. */
const MOST_PENDING = 1 << 16;

/**
 * Writes an event file, which TensorBoard shows as one run: a folder for each run, beside one another in the folder that
 * TensorBoard is given. Await each call before the next one. A process that is killed loses what was not flushed; the next
 * one can go on in the same file (`resume`), and writes the lost steps again.
 */
export class EventWriter {
  readonly #file: EventFile;
  readonly #flushMilliseconds: number;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #flushed = performance.now();
  /** Parts of the session that this process has written. */
  readonly #told = new Map<SessionPart['kind'], Uint8Array>();

  private constructor(file: EventFile, flushSeconds: number) {
    this.#file = file;
    this.#flushMilliseconds = 1000 * flushSeconds;
  }

  /**
   * Opens a folder to write to; it is made if it is missing.
   *
   * @throws EventFileError: `unwritable`, naming the folder and the reason; `damaged` when the file to be continued is not
   *   an event file.
   */
  static async open(
    folder: string,
    { resume = false, flushSeconds = 2 }: EventWriterOptions = {},
  ): Promise<EventWriter> {
    const file = resume ? await EventFile.continue(folder) : await EventFile.create(folder);
    return new EventWriter(file, flushSeconds);
  }

  /** The file that is written now. */
  get path(): string {
    return this.#file.path;
  }

  /** Whether the file holds events of an earlier process. */
  get isContinued(): boolean {
    return this.#file.isContinued;
  }

  /** Start of the session in the continued file; undefined where the file does not record one. */
  get recordedSession(): RecordedSession | undefined {
    return this.#file.parts.find((part) => part.kind === 'start');
  }

  /**
   * Writes scalars of a step by their tags; a tag `loss/train` is shown in the group `loss`. In float32, as TensorBoard
   * keeps them.
   *
   * @param step a whole number from 0.
   * @throws EventFileError, `invalid` or `unwritable`.
   */
  scalars(step: number, scalars: Readonly<Record<string, number>>, time: Date = new Date()): Promise<void> {
    return this.#add(scalarsSummary(scalars), step, time);
  }

  /** Writes an image of a step by its tag. @param png the bytes of a PNG file. @throws as `scalars`. */
  image(step: number, tag: string, png: Uint8Array, time: Date = new Date()): Promise<void> {
    return this.#add(imageSummary(tag, png), step, time);
  }

  /**
   * Tells the hyperparameters of the session, which make it a row of TensorBoard's HParams table. A file tells them once:
   * where it does already, nothing is written, since TensorBoard reads the first only.
   */
  startSession(session: SessionStart): Promise<void> {
    return this.#addOnce('start', () => sessionStartSummary(session));
  }

  /** Tells that the session has ended; once, as `startSession`. */
  endSession(session: SessionEnd): Promise<void> {
    return this.#addOnce('end', () => sessionEndSummary(session));
  }

  /**
   * Tells the columns of the HParams table; once, and in one of the folders that TensorBoard shows together, since it takes
   * the first that it finds. Without it, TensorBoard finds the hyperparameters and scalars of all sessions by itself.
   */
  experiment(experiment: Experiment): Promise<void> {
    return this.#addOnce('experiment', () => experimentSummary(experiment));
  }

  /** Takes all that was written to the disk. */
  async flush(): Promise<void> {
    this.#flushed = performance.now();
    if (this.#pending.length === 0) return;
    const records = this.#pending;
    this.#pending = [];
    this.#pendingBytes = 0;
    await this.#file.append(records);
  }

  /** Flushes, and closes the file. */
  async close(): Promise<void> {
    try {
      await this.flush();
    } finally {
      await this.#file.close();
    }
  }

  async #add(summary: Summary, step: number, time: Date): Promise<void> {
    const data = encodeSummary(summary, step, time);
    const found = this.#file.compare(step, data);
    if (found.is === 'written') return;
    if (found.is === 'other') {
      await this.#file.cutAt(found.offset);
      // What came after the cut in the old file is told again.
      for (const part of this.#told.values()) await this.#append(part);
    }
    await this.#append(data);
  }

  async #addOnce(kind: SessionPart['kind'], summary: () => Summary): Promise<void> {
    if (this.#told.has(kind) || this.#file.parts.some((part) => part.kind === kind)) return;
    const data = encodeSummary(summary(), 0, new Date());
    this.#told.set(kind, data);
    await this.#append(data);
    await this.flush();
  }

  async #append(data: Uint8Array): Promise<void> {
    const record = frameRecord(data);
    this.#pending.push(record);
    this.#pendingBytes += record.length;
    const waited = performance.now() - this.#flushed;
    if (this.#pendingBytes >= MOST_PENDING || waited >= this.#flushMilliseconds) await this.flush();
  }
}
