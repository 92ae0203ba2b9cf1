import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { byKey, type OpenedRun, openRun, type RunResult } from '@cifarlab/experiment';
import { type LockFinding, LockObserver, MetricsFollower, runFolder } from '@cifarlab/trainer/node';
import type { RunSummary, Sample } from '../protocol.js';
import { RunCurves } from './run-curves.js';
import { runState } from './run-state.js';
import { SpeedMeter } from './speed-meter.js';
import { readTrialFailure, trialRecord } from './trial-failure.js';

/** The picture of a batch in a run's folder. */
export const batchPicture = 'batch.png';

/** A run whose folder is looked at from time to time. Nothing is written, and no lock is taken. */
export class WatchedRun {
  /** Its name in addresses, which depends only on the folder. */
  readonly id: string;
  /** Its folder. */
  readonly path: string;
  /** Its name for people. */
  readonly name: string;
  readonly #follower: MetricsFollower;
  readonly #lock: LockObserver;
  #speed = new SpeedMeter();
  #curves = new RunCurves();
  /** Counts the times that the curves began anew. */
  #generation = 0;
  #opened: OpenedRun | undefined;
  #result: RunResult | undefined;
  #finding: LockFinding | undefined;
  #hasBatch = false;
  #fault: string | null = null;
  /** Reason why it failed as a trial of a sweep. */
  #failure: string | undefined;
  #checkpointAt: number | undefined;
  #sample: { value: Sample; at: number } | undefined;
  /** Time at which the record of its trial, as it was read, was written. */
  #recordAt: number | undefined;
  /** Times at which the files that have been read were last written. */
  readonly #readAt = new Map<string, number>();
  #summary: RunSummary | undefined;
  #version = 0;

  constructor(path: string, name: string) {
    this.path = path;
    this.name = name;
    this.id = createHash('sha256').update(resolve(path)).digest('hex').slice(0, 12);
    const onRestart = () => {
      this.#curves = new RunCurves();
      this.#generation += 1;
    };
    this.#follower = new MetricsFollower(join(path, 'metrics.jsonl'), {
      onLine: (line) => this.#curves.add(line),
      onRestart,
    });
    this.#lock = new LockObserver(join(path, 'run.lock'));
  }

  /** Its curves so far. */
  get curves(): RunCurves {
    return this.#curves;
  }

  /** Grows when the curves begin anew, as those of a run that is resumed. */
  get generation(): number {
    return this.#generation;
  }

  /** Time at which its last checkpoint was written; undefined where there is none. */
  get checkpointAt(): number | undefined {
    return this.#checkpointAt;
  }

  /** Time at which the sample's checkpoint was written; undefined where there is no sample. */
  get sampledAt(): number | undefined {
    return this.#sample?.at;
  }

  /** The classes that its network assigns to some test images. */
  get sample(): Sample | undefined {
    return this.#sample?.value;
  }

  /** Takes a sample. @param at when the checkpoint was written that it is of. */
  setSample(value: Sample, at: number): void {
    this.#sample = { value, at };
  }

  /** Grows when the summary changes. */
  get version(): number {
    this.summary;
    return this.#version;
  }

  /** Its summary as it is now. */
  get summary(): RunSummary {
    const summary = this.#summarise();
    if (JSON.stringify(summary) !== JSON.stringify(this.#summary)) {
      this.#summary = summary;
      this.#version += 1;
    }
    return this.#summary!;
  }

  /** Reads the news in its folder. Never throws: faults appear in the summary. */
  async refresh(): Promise<void> {
    this.#fault = null;
    await this.#tried(() => this.#readFailure());
    // A trial may fail before it has a folder.
    if (this.#failure === undefined || (await writtenAt(this.path)) !== undefined) {
      await this.#tried(() => this.#readConfig());
    }
    await this.#tried(async () => void (await this.#follower.read()));
    await this.#tried(() => this.#readResult());
    await this.#tried(async () => {
      this.#finding = await this.#lock.look();
    });
    this.#hasBatch = (await writtenAt(join(this.path, batchPicture))) !== undefined;
    this.#checkpointAt = await writtenAt(join(runFolder(this.path).last, 'state.json'));
    this.#speed.look(this.#curves.step, performance.now() / 1000);
  }

  async #tried(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#fault ??= (error as Error).message;
    }
  }

  async #readConfig(): Promise<void> {
    if (await this.#isRead('config.json')) return;
    this.#opened = await openRun(this.path);
    await this.#setRead('config.json');
  }

  async #readResult(): Promise<void> {
    if (this.#opened === undefined || (await this.#isRead('result.json'))) return;
    this.#result = await this.#opened.result();
    await this.#setRead('result.json');
  }

  async #readFailure(): Promise<void> {
    const written = await writtenAt(trialRecord(this.path));
    if (written === this.#recordAt) return;
    this.#failure = await readTrialFailure(this.path);
    this.#recordAt = written;
  }

  async #isRead(name: string): Promise<boolean> {
    const written = await writtenAt(join(this.path, name));
    return written !== undefined && written === this.#readAt.get(name);
  }

  async #setRead(name: string): Promise<void> {
    const written = await writtenAt(join(this.path, name));
    if (written === undefined) this.#readAt.delete(name);
    else this.#readAt.set(name, written);
  }

  /** Returns the result of the last session, never that of an earlier one. */
  #currentResult(): RunResult | undefined {
    const begun = Date.parse(this.#opened?.config.sessions?.at(-1)?.started ?? '');
    const ended = this.#readAt.get('result.json');
    if (this.#result === undefined || ended === undefined || ended < begun) return undefined;
    return this.#result;
  }

  #summarise(): RunSummary {
    const { step, latest, best } = this.#curves;
    const config = this.#opened?.config;
    const result = this.#currentResult();
    const state = runState({ lock: this.#finding, result, hasFailed: this.#failure !== undefined });
    const stepsPerSecond = this.#stepsPerSecond(state === 'training');
    const maxSteps = config?.settings.maxSteps ?? null;
    return {
      id: this.id,
      name: this.name,
      network: config?.model ?? null,
      state,
      step,
      maxSteps,
      stepsPerSecond: stepsPerSecond === null ? null : Number(stepsPerSecond.toPrecision(3)),
      secondsLeft:
        state !== 'training' || maxSteps === null || stepsPerSecond === null
          ? null
          : Math.round(Math.max(0, maxSteps - step) / stepsPerSecond),
      latest: { ...latest },
      best,
      settings: config === undefined ? {} : textsOf(config.settings),
      resumedAt: (config?.sessions ?? []).map((session) => session.step).filter((from) => from > 0),
      divergedAt: result?.stop === 'non-finite-loss' ? result.step : null,
      hasBatch: this.#hasBatch,
      fault: this.#fault ?? (state === 'failed' ? this.#failure! : null),
    };
  }

  /** Returns the speed as measured here or, until it is known, as the run's files give it. */
  #stepsPerSecond(isTraining: boolean): number | null {
    const { step } = this.#curves;
    if (!isTraining) {
      const seconds = this.#currentResult()?.seconds;
      return seconds ? step / seconds : null;
    }
    const seen = this.#speed.stepsPerSecond;
    if (seen !== undefined) return seen;
    const session = this.#opened?.config.sessions?.at(-1);
    if (session === undefined) return null;
    const seconds = (Date.now() - Date.parse(session.started)) / 1000;
    return seconds > 0 && step > session.step ? (step - session.step) / seconds : null;
  }
}

function textsOf(settings: object): Record<string, string> {
  return Object.fromEntries(Object.entries(byKey(settings)).map(([key, value]) => [key, settingText(value)] as const));
}

function settingText(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ');
  return String(value);
}

/** Returns the time at which a file was last written, in milliseconds; undefined where there is no file. */
async function writtenAt(file: string): Promise<number | undefined> {
  return (await stat(file).catch(() => undefined))?.mtimeMs;
}
