import { statfs } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Tell } from '../run/told-stream.js';
import { SweepError } from '../sweep-error.js';
import { readTrialRecord } from '../trials/trial-record.js';
import type { TrialProgress } from '../trials/trial-runner.js';
import type { TrialRecord } from '../trials/trial-schema.js';
import type { QueueEvent, SlurmEnd, SlurmEvent, Trouble } from './events.js';
import { lastLine } from './last-line.js';
import type { WatchedTrial } from './numbered-trial.js';
import type { WatchPace } from './options.js';
import { isHeld, isLive, isRunning, type QueueEntry } from './queue.js';
import { listTasks, type SlurmJob } from './slurm-commands.js';
import { taskLog, taskName } from './slurm-files.js';
import { standing } from './standing.js';
import type { SubmittedTask } from './submitted-jobs.js';

/** State of a trial's task, as far as it is known. */
interface Watched extends WatchedTrial {
  phase: 'waiting' | 'running';
  isHeld: boolean;
  wasRequeued: boolean;
  /** Its latest progress; undefined before its first step. */
  progress: TrialProgress | undefined;
  /** Time at which it was first missed in the queue; undefined while it is there. */
  goneAt: number | undefined;
  /** Its last entry in the queue. */
  entry: QueueEntry | undefined;
}

/** Seconds between the first two looks. */
const FIRST_PAUSE = 2;

/** Factor by which pauses grow while nothing changes. */
const GROWTH = 1.5;

/** Free bytes below which nothing more can be written. */
const FULL = 2 ** 20;

/** Watches trials until each is trained, or its task has left the queue. */
export async function watchTrials(
  trials: readonly WatchedTrial[],
  { out, signal, longestPause = 30, patience = 60 }: { out: string; signal: AbortSignal } & WatchPace,
  tell: Tell<SlurmEvent>,
): Promise<SlurmEnd> {
  const open = new Set(trials.map((trial) => watchedFrom(trial)));
  const troubles: Trouble[] = [];
  const look = new QueueLook(tell);
  let pause = Math.min(FIRST_PAUSE, longestPause);
  while (open.size > 0) {
    const queue = await look.at(jobsOf(open));
    const before = open.size;
    for (const one of open) {
      const outcome = await follow(one, { queue, patience, tell });
      if (outcome === 'open') continue;
      open.delete(one);
      if (outcome === 'trouble') troubles.push(await troubleOf(one, out));
    }
    if (open.size === 0) break;
    const isChanged = (queue !== undefined && look.tellChange(open)) || open.size !== before;
    pause = isChanged ? Math.min(FIRST_PAUSE, longestPause) : Math.min(GROWTH * pause, longestPause);
    await sleep(1000 * pause, undefined, { signal }).catch(() => {});
    if (signal.aborted) return { status: 'left', jobs: jobsOf(open) };
  }
  troubles.sort((a, b) => a.task - b.task);
  return { status: 'ended', troubles, isDiskFull: troubles.length > 0 && (await isFull(out)) };
}

function watchedFrom(trial: WatchedTrial): Watched {
  return {
    ...trial,
    phase: 'waiting',
    isHeld: false,
    wasRequeued: false,
    progress: undefined,
    goneAt: undefined,
    entry: undefined,
  };
}

/** Looks at the queue, and reports the changes. */
class QueueLook {
  readonly #tell: Tell<SlurmEvent>;
  #isSilent = false;
  #told = '';

  constructor(tell: Tell<SlurmEvent>) {
    this.#tell = tell;
  }

  /** @returns undefined where the queue does not answer, which is not for ever. */
  async at(jobs: readonly SlurmJob[]): Promise<Map<string, QueueEntry> | undefined> {
    try {
      const queue = await listTasks(jobs);
      this.#isSilent = false;
      return queue;
    } catch (error) {
      if (!(error instanceof SweepError) || error.code !== 'slurm') throw error;
      if (!this.#isSilent) this.#tell({ type: 'silent', reason: error.message });
      this.#isSilent = true;
      return undefined;
    }
  }

  /** @returns whether tasks have begun to run, or to wait. */
  tellChange(open: ReadonlySet<Watched>): boolean {
    const entries = [...open].flatMap(({ entry }) => (entry !== undefined && isLive(entry) ? [entry] : []));
    const waits = entries.filter((entry) => entry.state === 'PENDING');
    const event: QueueEvent = {
      type: 'queue',
      running: entries.filter(isRunning).length,
      waiting: waits.length,
      reason: waits[0]?.reason,
    };
    const text = JSON.stringify(event);
    if (text === this.#told) return false;
    this.#told = text;
    this.#tell(event);
    return true;
  }
}

type Outcome = 'open' | 'done' | 'trouble';

async function follow(
  one: Watched,
  { queue, patience, tell }: { queue: Map<string, QueueEntry> | undefined; patience: number; tell: Tell<SlurmEvent> },
): Promise<Outcome> {
  const { trial, job, submitted } = one;
  const record = await readTrialRecord(trial.files);
  if (record?.status === 'done') {
    tell({ type: 'ended', trial, record });
    return 'done';
  }
  if (queue === undefined) return 'open';
  const entry = queue.get(taskName(job, submitted.task));
  one.entry = entry ?? one.entry;
  one.record = record;
  if (entry !== undefined && isLive(entry)) {
    one.goneAt = undefined;
    tellPhase(one, entry, tell);
    if (isRunning(entry)) await tellProgress(one, tell);
    return 'open';
  }
  if (record?.status === 'failed' && record.started !== submitted.before) {
    tell({ type: 'ended', trial, record });
    return 'trouble';
  }
  one.goneAt ??= performance.now();
  return performance.now() - one.goneAt < 1000 * patience ? 'open' : 'trouble';
}

function tellPhase(one: Watched, entry: QueueEntry, tell: Tell<SlurmEvent>): void {
  const { trial, job, submitted, phase, wasRequeued } = one;
  if (isRunning(entry) && phase === 'waiting') {
    one.phase = 'running';
    tell({ type: 'started', trial, resumed: wasRequeued || submitted.before !== null });
  }
  if (entry.state === 'PENDING' && phase === 'running') {
    one.phase = 'waiting';
    one.wasRequeued = true;
    tell({ type: 'requeued', trial });
  }
  if (isHeld(entry) && !one.isHeld) {
    tell({ type: 'held', trial, task: taskName(job, submitted.task), reason: entry.reason });
  }
  one.isHeld = isHeld(entry);
}

async function tellProgress(one: Watched, tell: Tell<SlurmEvent>): Promise<void> {
  const progress = await standing(one.trial, one.progress);
  if (progress === undefined || progress.step === one.progress?.step) return;
  one.progress = progress;
  tell({ type: 'progress', trial: one.trial, progress }, one.trial);
}

async function troubleOf({ trial, task, job, submitted, jobs, record, entry }: Watched, out: string): Promise<Trouble> {
  const log = taskLog(out, job, submitted.task);
  const state = entry === undefined || isLive(entry) ? undefined : entry.state;
  return { trial, task, status: statusOf(record, submitted), state, log, lastLine: await lastLine(log), jobs };
}

/**
 * Returns the status of a trial. A failure of an earlier job does not count as this one's: this job's task left
 * nothing.
 */
function statusOf(record: TrialRecord | undefined, { before }: SubmittedTask): Trouble['status'] {
  if (record === undefined || record.status === 'done' || record.started === before) return 'not started';
  return record.status;
}

function jobsOf(open: ReadonlySet<Watched>): SlurmJob[] {
  const jobs = new Map([...open].map(({ job: { id, cluster } }) => [id, { id, cluster }]));
  return [...jobs.values()];
}

/** Tells whether a folder's disk is full, as far as this user goes. */
async function isFull(folder: string): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize < FULL;
  } catch {
    return false;
  }
}
