import type { FileHandle } from 'node:fs/promises';
import { flush } from '@cifarlab/internals/flush';
import type { TrainEvent } from '../events.js';
import type { TrainingState } from '../state.js';
import { errorCode, explainFsError, type FileSystem, nodeFileSystem } from './file-system.js';
import { MetricsError } from './metrics-error.js';
import { formatMetricsLine, type MetricsLine } from './metrics-line.js';
import { readMetricsWithText } from './read-metrics.js';
import { writeFileAtomic } from './write-file-atomic.js';

/**
 * The numbers of a run, one JSON object a line, written as they come:
 *
 *     {"event":"train","step":1,"loss":2.302,"accuracy":0.1}
 *     {"event":"eval","split":"test","step":100,"loss":1.8,"accuracy":0.35}
 *
 * Nothing in it depends on time or machine, so that a resumed run's file equals the unbroken one's, byte for byte.
 */
export class MetricsFile {
  readonly #file: string;
  readonly #handle: FileHandle;
  /** Bytes up to the end of the last complete line. */
  #length: number;

  private constructor(file: string, handle: FileHandle, length: number) {
    this.#file = file;
    this.#handle = handle;
    this.#length = length;
  }

  /**
   * Starts a new file.
   *
   * @throws MetricsError `exists` or `unwritable`.
   */
  static async create(file: string, { fs = nodeFileSystem }: { fs?: FileSystem } = {}): Promise<MetricsFile> {
    try {
      return new MetricsFile(file, await fs.open(file, 'ax'), 0);
    } catch (error) {
      if (errorCode(error) === 'EEXIST') {
        throw new MetricsError(
          'exists',
          file,
          `${file} exists already, and a new run would overwrite it: resume that run, or choose another folder.`,
          { cause: error },
        );
      }
      throw unwritable(file, error);
    }
  }

  /**
   * Opens the file of a run that continues from `state`, and drops what came after that state: the lines of later
   * steps, the lines of an evaluation that will be repeated, and a last line that was cut off when the run was killed.
   * It is a new file in place of the old one: a process that was stopped and still has that open adds nothing to it.
   *
   * @throws MetricsError `missing`, `unreadable`, `unwritable`, or `corrupt` when a line cannot be read or lines up to
   *   the state's step are missing; the file is then as it was.
   */
  static async resume(
    file: string,
    state: Pick<TrainingState, 'step' | 'loop'>,
    { fs = nodeFileSystem }: { fs?: FileSystem } = {},
  ): Promise<MetricsFile> {
    const lines = await readMetricsWithText(file, fs);
    const isLater = ({ event, step }: MetricsLine) => step > (event === 'train' ? state.step : state.loop.evaluated);
    const firstLater = lines.findIndex(({ line }) => isLater(line));
    const kept = firstLater < 0 ? lines : lines.slice(0, firstLater);

    const disordered = lines.findIndex(({ line }, i) => i > kept.length && !isLater(line));
    if (disordered >= 0) {
      throw new MetricsError(
        'corrupt',
        file,
        `${file}, line ${disordered + 1}: step ${lines[disordered]!.line.step} comes after later steps, and the run goes on from step ${state.step}. Restore the file, or start a new run.`,
      );
    }
    const last = kept.findLast(({ line }) => line.event === 'train')?.line.step ?? 0;
    if (last !== state.step) {
      throw new MetricsError(
        'corrupt',
        file,
        `${file} has the training steps up to ${last}, and the run goes on from step ${state.step}. Restore the file, or start a new run.`,
      );
    }

    const repaired = Buffer.from(kept.map(({ text }) => `${text}\n`).join(''));
    try {
      await writeFileAtomic(file, repaired, { fs });
      return new MetricsFile(file, await fs.open(file, 'a'), repaired.length);
    } catch (error) {
      throw unwritable(file, error);
    }
  }

  /**
   * Appends the line of a `train` or `eval` event; other events are ignored.
   *
   * @throws MetricsError `unwritable`; the file then ends with the last complete line.
   */
  async record(event: TrainEvent): Promise<void> {
    if (event.type !== 'train' && event.type !== 'eval') return;
    const line = Buffer.from(`${formatMetricsLine(event)}\n`);
    try {
      await this.#handle.appendFile(line);
      this.#length += line.length;
    } catch (error) {
      await this.#handle.truncate(this.#length).catch(() => {});
      throw unwritable(this.#file, error);
    }
  }

  /** Makes sure that all lines are on the disk. Called before a checkpoint, the file is never behind it. */
  async flush(): Promise<void> {
    try {
      await flush(this.#handle);
    } catch (error) {
      throw unwritable(this.#file, error);
    }
  }

  /** Closes the file; nothing can be recorded after that. */
  async close(): Promise<void> {
    await this.#handle.close();
  }
}

function unwritable(file: string, error: unknown): MetricsError {
  return new MetricsError(
    'unwritable',
    file,
    `${file} could not be written: ${explainFsError(error)}. Make room or give write permission, then resume.`,
    { cause: error },
  );
}
