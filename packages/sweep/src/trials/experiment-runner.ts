import { type EngineName, engines } from '@cifarlab/engines';
import {
  networks as builtInNetworks,
  type DataChoice,
  type Network,
  openRun,
  type RunEnd,
  type RunEvent,
  type RunStream,
  resumeRun,
  trainRun,
} from '@cifarlab/experiment';
import { trackProgress } from './track-progress.js';
import type { Trial } from './trial.js';
import type { Outcome, TestResult, TrialOutcome, TrialRunner } from './trial-runner.js';

/** Options of {@link experimentRunner}. */
export interface ExperimentRunnerOptions {
  /** The networks that trials may have. Default: those of `@cifarlab/experiment`. */
  networks?: readonly Network[] | undefined;
  /** Threads of a trial; an engine that has one takes one. Default: as many as the engine chooses. */
  threads?: number | undefined;
  /** Where the images come from. Default: the cache, else a download. */
  data?: DataChoice | undefined;
  /** Hears what a trial's run tells. */
  onEvent?: ((event: RunEvent) => void) | undefined;
}

/**
 * Makes a runner that trains in this process, one trial at a time: for a program that needs no more, and for the process of
 * one trial.
 */
export function experimentRunner({
  networks = builtInNetworks,
  threads,
  data,
  onEvent,
}: ExperimentRunnerOptions = {}): TrialRunner {
  const engineOf = ({ configuration }: Trial) => {
    const name = configuration.settings.backend as EngineName | 'auto';
    return { name, threads: hasThreads(name) ? threads : undefined };
  };
  const start = (trial: Trial, resume: boolean, signal: AbortSignal): RunStream => {
    const { configuration, seed, files } = trial;
    const { backend: _, ...settings } = configuration.settings;
    const { checkpointMinutes } = configuration;
    const common = { networks, data, signal, checkpointMinutes };
    // A run that goes on keeps its settings and its threads: its numbers depend on both.
    if (resume) return resumeRun(files.run, { ...common, network: configuration.model });
    return trainRun({
      ...common,
      network: configuration.model,
      settings: { ...settings, seed, test: false },
      engine: engineOf(trial),
      out: files.run,
    });
  };
  return {
    train: (trial, { resume, signal, onProgress }) =>
      outcomeOf(async () => {
        const run = start(trial, resume, signal);
        const track = trackProgress(onProgress);
        for await (const event of run) {
          onEvent?.(event);
          track(event);
        }
        return trained(await run.result, networks);
      }),
    test: (trial, { signal }) =>
      outcomeOf<TestResult>(async () => {
        const run = await openRun(trial.files.run, { networks, data, engine: engineOf(trial), onEvent });
        if (signal.aborted) return { status: 'interrupted' };
        const { step, count, loss, accuracy } = await run.evaluate({ split: 'test' });
        return { status: 'done', result: { step, count, loss, accuracy } };
      }),
  };
}

/** Whether an engine can be given several threads. */
function hasThreads(name: string): boolean {
  const named = engines.filter((engine) => engine.name === name);
  return name === 'auto' || named.every(({ multithreaded }) => multithreaded);
}

async function trained({ stop, best, folder }: RunEnd, networks: readonly Network[]): Promise<TrialOutcome> {
  if (stop.reason === 'aborted') return { status: 'interrupted' };
  if (stop.reason === 'non-finite-loss') return failed(stop.message);
  const { engine, versions, machine } = (await openRun(folder.path, { networks })).config;
  return {
    status: 'done',
    result: {
      steps: stop.step,
      stop: stop.reason,
      best: best ? { step: best.step, accuracy: best.value } : null,
      madeWith: { engine, versions, machine },
    },
  };
}

/** A trial that throws has failed; the others go on. */
async function outcomeOf<Result>(work: () => Promise<Outcome<Result>>): Promise<Outcome<Result>> {
  try {
    return await work();
  } catch (error) {
    return failed(error instanceof Error ? error.message : String(error));
  }
}

function failed(reason: string): Outcome<never> {
  return { status: 'failed', failure: { exitCode: null, signal: null, lastLines: [reason] } };
}
