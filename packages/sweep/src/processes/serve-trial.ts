import { acquireLock, withInterrupt } from '@cifarlab/trainer/node';
import { orphanPatience } from '../trials/orphan-patience.js';
import type { Outcome, TrialEvaluation, TrialProgress, TrialRunner } from '../trials/trial-runner.js';
import { type FromTrial, INTERRUPTED, type ServedTrial, type ToTrial, type TrialTask } from './messages.js';

/** Milliseconds between two reports of where a trial stands. */
const REPORT_MS = 200;

/**
 * Does the task of a process that `processRunner` has started, and tells its sweep where it stands and what came of it.
 * It is the whole work of a program: the process exits where the sweep that started it has ended, since nobody would know
 * of the trial, and its exit code is set. SIGINT, and every other signal that ends a program, ends the task in good order, as
 * its sweep can; without an order from there, a task that is interrupted has failed.
 *
 * @param runnerOf makes what runs the trial in this process. What it writes to stdout and stderr goes to the trial's log;
 *   a failure without `lastLines` is one whose reason is there.
 * @throws LockedError when another process holds the trial; an Error in a process that no sweep has started; what the
 *   runner throws.
 */
export async function serveTrial(runnerOf: (trial: ServedTrial) => TrialRunner): Promise<void> {
  const interrupt = new AbortController();
  const { task, command } = await receiveTask(interrupt);
  const lock = await acquireLock(task.trial.files.lock, { patienceSeconds: orphanPatience, command });
  try {
    const { threads, data } = task;
    const runner = runnerOf({ threads, data, command });
    const outcome = await withInterrupt((signal) => runTask(task, runner, AbortSignal.any([signal, interrupt.signal])));
    await tell({ type: 'outcome', outcome });
    process.exitCode = exitCodeOf(outcome);
  } finally {
    await lock.release();
  }
}

function receiveTask(interrupt: AbortController): Promise<{ task: TrialTask; command: string }> {
  if (process.send === undefined) {
    throw new Error(
      'No sweep has started this process, which trains a trial of one; start a sweep with processRunner.',
    );
  }
  process.on('disconnect', () => process.exit(1));
  return new Promise((resolve) => {
    process.on('message', (message: ToTrial) => {
      if (message.type === 'interrupt') return interrupt.abort();
      if (message.type === 'go-on') return;
      // Waiting for more keeps no process from ending.
      process.channel?.unref();
      resolve(message);
    });
  });
}

function runTask(
  { kind, trial, isJudged }: TrialTask,
  runner: TrialRunner,
  signal: AbortSignal,
): Promise<Outcome<unknown>> {
  if (kind === 'test') return runner.test(trial, { signal });
  return runner.train(trial, {
    ...{ resume: kind === 'resume', signal, onProgress: reporter() },
    ...(isJudged ? { onEvaluation: awaitVerdict } : {}),
  });
}

/** Tells an evaluation, and waits for the word to go on; an interrupt comes before it. */
function awaitVerdict(evaluation: TrialEvaluation): Promise<void> {
  return new Promise((resolve) => {
    const hear = (message: ToTrial) => {
      if (message.type !== 'go-on') return;
      process.off('message', hear);
      process.channel?.unref();
      resolve();
    };
    process.on('message', hear);
    // The channel alone keeps the process waiting for the answer.
    process.channel?.ref();
    void tell({ type: 'evaluation', evaluation });
  });
}

function reporter(): (progress: TrialProgress) => void {
  let reportedAt = Number.NEGATIVE_INFINITY;
  return (progress) => {
    const now = performance.now();
    if (now - reportedAt < REPORT_MS) return;
    reportedAt = now;
    void tell({ type: 'progress', progress });
  };
}

/** Sends a message to the sweep. Failures are ignored: after the end of its sweep, this process ends too. */
function tell(message: FromTrial): Promise<void> {
  return new Promise((resolve) => process.send!(message, undefined, undefined, () => resolve()));
}

function exitCodeOf(outcome: Outcome<unknown>): number {
  if (outcome.status === 'interrupted') return INTERRUPTED;
  return outcome.status === 'failed' ? (outcome.failure.exitCode ?? 1) : 0;
}
