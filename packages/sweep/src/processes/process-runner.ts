import { spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parseRecord } from '@cifarlab/experiment/records';
import type { GenericSchema } from 'valibot';
import { trialName } from '../trials/trial-lines.js';
import type { Outcome, TrainTrialOptions, TrialFailure, TrialRunner } from '../trials/trial-runner.js';
import { testResultSchema, trialResultSchema } from '../trials/trial-schema.js';
import { type FromTrial, INTERRUPTED, type ToTrial, type TrialSurroundings, type TrialTask } from './messages.js';

/** Options of {@link processRunner}. */
export interface ProcessRunnerOptions extends TrialSurroundings {
  /**
   * The program of a trial and its arguments; it calls `serveTrial`. Default: one that trains the networks of
   * `@cifarlab/experiment`.
   */
  command?: readonly [string, ...string[]] | undefined;
  /**
   * Returns the name of a task for the trial's log, and for others who find its lock. Default: the configuration's name
   * and the seed.
   */
  describe?: ((task: TrialTask) => string) | undefined;
}

/** Lines of a failed process that are kept. */
const LAST_LINES = 5;

/**
 * Makes a runner that gives each trial a process of its own on this machine. What the process says goes to the trial's
 * log, beside the run's folder.
 */
export function processRunner({
  command = [process.execPath, trialProgram()],
  describe = describeTask,
  ...surroundings
}: ProcessRunnerOptions): TrialRunner {
  return {
    train: (trial, { resume, ...options }) => {
      const isJudged = options.onEvaluation !== undefined;
      return runTask(
        { ...surroundings, kind: resume ? 'resume' : 'train', trial, isJudged },
        trialResultSchema,
        options,
      );
    },
    test: (trial, options) =>
      runTask({ ...surroundings, kind: 'test', trial, isJudged: false }, testResultSchema, options),
  };

  async function runTask<Result>(
    task: TrialTask,
    schema: GenericSchema<unknown, Result>,
    { signal, ...listeners }: TaskOptions,
  ): Promise<Outcome<Result>> {
    const { log: file } = task.trial.files;
    const log = await open(file, 'a');
    try {
      const words = describe(task);
      await log.write(`$ ${words}\n`);
      const { size: logStart } = await log.stat();
      const message: ToTrial = { type: 'task', task, command: words };
      const exit = await runProcess(command, message, { stdio: log.fd, signal, ...listeners });
      const outcome = outcomeOf(exit, signal);
      if (outcome.status === 'interrupted') return outcome;
      if (outcome.status === 'done') {
        const where = { place: `the result of "${words}"`, remedy: 'use a program of the same version' };
        return { status: 'done', result: parseRecord(schema, outcome.result, where) };
      }
      const said = (await readFile(file)).subarray(logStart).toString('utf8');
      return { status: 'failed', failure: { ...outcome.failure, lastLines: lastLines(outcome.failure, said) } };
    } finally {
      await log.close();
    }
  }
}

/** Options of a task. */
type TaskOptions = Pick<TrainTrialOptions, 'signal'> & Partial<Pick<TrainTrialOptions, 'onProgress' | 'onEvaluation'>>;

/** End of a process. */
interface Exit {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** Outcome that it reported; undefined if it reported none. */
  outcome: Outcome<unknown> | undefined;
}

/** Returns the built program, whether this one is built or not. */
function trialProgram(): string {
  const manifest = createRequire(import.meta.url).resolve('@cifarlab/sweep/package.json');
  return join(dirname(manifest), 'dist', 'trial-process.js');
}

function describeTask({ kind, trial }: TrialTask): string {
  return `${kind} ${trialName(trial)}`;
}

function outcomeOf({ exitCode, signal: killedBy, outcome }: Exit, signal: AbortSignal): Outcome<unknown> {
  if (exitCode === 0 && outcome?.status === 'done') return outcome;
  // Without an order to end, whoever interrupted the process has made it fail.
  if (exitCode === INTERRUPTED && signal.aborted) return { status: 'interrupted' };
  const lines = outcome?.status === 'failed' ? outcome.failure.lastLines : [];
  return { status: 'failed', failure: { exitCode, signal: killedBy, lastLines: lines } };
}

/** Returns the last lines of a failed process: those that it named, else those of its log. */
function lastLines({ lastLines: named }: TrialFailure, said: string): string[] {
  return named.length > 0 ? named : said.trim().split('\n').slice(-LAST_LINES);
}

function runProcess(
  [program, ...args]: readonly [string, ...string[]],
  task: ToTrial,
  { stdio, signal, onProgress, onEvaluation }: TaskOptions & { stdio: number },
): Promise<Exit> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', stdio, stdio, 'ipc'],
      // Ctrl-C reaches a terminal's whole group of processes, and a second one ends them at once: they hear of it here.
      detached: true,
      windowsHide: true,
    });
    // A process that has ended hears nothing any more; its exit code says why.
    const say = (message: ToTrial) => {
      if (child.connected) child.send(message, () => {});
    };
    const interrupt = () => say({ type: 'interrupt' });
    let outcome: Outcome<unknown> | undefined;
    child.on('message', (message: FromTrial) => {
      if (message.type === 'progress') onProgress?.(message.progress);
      // An interrupt is said before.
      else if (message.type === 'evaluation')
        void onEvaluation?.(message.evaluation).then(() => say({ type: 'go-on' }));
      else outcome = message.outcome;
    });
    child.on('error', reject);
    child.on('close', (exitCode, killedBy) => {
      signal.removeEventListener('abort', interrupt);
      resolve({ exitCode, signal: killedBy, outcome });
    });
    say(task);
    if (signal.aborted) interrupt();
    else signal.addEventListener('abort', interrupt);
  });
}
