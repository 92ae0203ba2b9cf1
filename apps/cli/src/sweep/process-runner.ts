import { spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { openRun } from '@cifarlab/experiment';
import { exitCodes } from '../errors.js';
import { ownCommandLine } from '../own-command.js';
import type { Trial } from './trial.js';
import type { TestResult, TrialFailure, TrialRunner } from './trial-runner.js';
import { watchMetrics } from './watch-metrics.js';

/** Options of {@link processRunner}. */
export interface ProcessRunnerOptions {
  /** For each process. */
  threads: number;
  /** Flags that say where the dataset comes from. */
  dataFlags: readonly string[];
}

const entry = () =>
  join(dirname(createRequire(import.meta.url).resolve('@cifarlab/cli/package.json')), 'dist', 'trial-process.js');

/** Engines that have one thread and refuse to be given several. */
const singleThreaded = ['wasm', 'cpu'];

/** Runs each trial as `train` in a process of its own, with its log beside the run's folder. */
export function processRunner({ threads, dataFlags }: ProcessRunnerOptions): TrialRunner {
  const threadFlags = ({ configuration }: Trial) =>
    singleThreaded.includes(configuration.settings.backend) ? [] : ['--threads', String(threads)];
  return {
    async train(trial, { resume, signal, onProgress }) {
      const { configuration, seed, files } = trial;
      const { model, argv, settings } = configuration;
      // A run that goes on keeps its settings and its threads: its numbers depend on both.
      const how = resume
        ? ['--resume', files.run]
        : [...argv, '--seed', String(seed), '--no-test', ...threadFlags(trial), '--out', files.run];
      const watcher = watchMetrics(files.run, settings.maxSteps, onProgress);
      const ended = await runChild(trial, ['train', model, ...how, ...dataFlags, '--json'], signal).finally(() =>
        watcher.stop(),
      );
      if (ended.status !== 'done') return ended;
      const { step, stop, best } = ended.json as TrainJson;
      const { engine, versions, machine } = (await openRun(files.run)).config;
      return {
        status: 'done',
        result: {
          steps: step,
          stop,
          best: best ? { step: best.step, accuracy: best.value } : null,
          madeWith: { engine, versions, machine },
        },
      };
    },
    async test(trial, { signal }) {
      const { configuration, files } = trial;
      const { backend } = configuration.settings;
      const engine = [...(backend === 'auto' ? [] : ['--backend', backend]), ...threadFlags(trial)];
      const argv = ['eval', files.run, '--split', 'test', ...engine, ...dataFlags, '--json'];
      const ended = await runChild(trial, argv, signal);
      if (ended.status !== 'done') return ended;
      const { step, count, loss, accuracy } = ended.json as TestResult;
      return { status: 'done', result: { step, count, loss, accuracy } };
    },
  };
}

/** What `train --json` prints. */
interface TrainJson {
  step: number;
  stop: string;
  best?: { step: number; value: number };
}

type Ended =
  | { status: 'done'; json: unknown }
  | { status: 'failed'; failure: TrialFailure }
  | { status: 'interrupted' };

async function runChild({ files }: Trial, argv: readonly string[], signal: AbortSignal): Promise<Ended> {
  const log = await open(files.log, 'a');
  try {
    await log.write(`$ ${ownCommandLine(...argv)}\n`);
    const { size: logStart } = await log.stat();
    const { exitCode, signal: killedBy, stdout } = await childProcess([files.lock, ...argv], log.fd, signal);
    if (exitCode === exitCodes.done) return { status: 'done', json: JSON.parse(stdout) };
    if (exitCode === exitCodes.interrupted && signal.aborted) return { status: 'interrupted' };
    const said = (await readFile(files.log)).subarray(logStart).toString('utf8');
    return { status: 'failed', failure: { exitCode, signal: killedBy, lastLines: said.trim().split('\n').slice(-5) } };
  } finally {
    await log.close();
  }
}

interface Exit {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
}

function childProcess(args: readonly string[], stderr: number, signal: AbortSignal): Promise<Exit> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [entry(), ...args], {
      stdio: ['ignore', 'pipe', stderr, 'ipc'],
      // Ctrl-C reaches a terminal's whole group of processes, and a second one ends them at once: they hear of it here.
      detached: true,
      windowsHide: true,
    });
    const interrupt = () => {
      if (child.connected) child.send?.('interrupt', () => {});
    };
    let stdout = '';
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.on('error', reject);
    child.on('close', (exitCode, killedBy) => {
      signal.removeEventListener('abort', interrupt);
      resolve({ exitCode, signal: killedBy, stdout });
    });
    if (signal.aborted) interrupt();
    else signal.addEventListener('abort', interrupt);
  });
}
