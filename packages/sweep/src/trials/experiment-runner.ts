import { type EngineName, takesThreads } from '@cifarlab/engines';
import {
  networks as builtInNetworks,
  type Network,
  openRun,
  type RunEnd,
  type RunEvent,
  type RunStream,
  resumeRun,
  type TrainingOptions,
  trainRun,
  writeEvaluation,
} from '@cifarlab/experiment';
import { trackProgress } from './track-progress.js';
import type { Trial } from './trial.js';
import type { Outcome, TestResult, TrialFailure, TrialOutcome, TrialRunner } from './trial-runner.js';

/** Options of {@link experimentRunner}. */
export interface ExperimentRunnerOptions extends Pick<TrainingOptions, 'networks' | 'data' | 'command' | 'words'> {
  /** Threads of a trial; an engine that has one takes one. Default: as many as the engine chooses. */
  threads?: number | undefined;
  /** Receives the events of a trial's run, and is waited for while the trial is trained. */
  onEvent?: ((event: RunEvent) => void | Promise<void>) | undefined;
  /** Says why a trial has failed whose run throws, or has a loss that is not finite. Default: the error's message. */
  failureOf?: ((error: unknown) => TrialFailure) | undefined;
}

/**
 * Makes a runner that trains in this process, one trial at a time: for a program that needs no more, and for the process of
 * one trial.
 */
export function experimentRunner({
  networks = builtInNetworks,
  threads,
  data,
  command,
  words,
  onEvent,
  failureOf = messageOf,
}: ExperimentRunnerOptions = {}): TrialRunner {
  const engineOf = ({ configuration }: Trial) => {
    const name = configuration.settings.backend as EngineName | 'auto';
    return { name, threads: takesThreads(name) ? threads : undefined };
  };
  const start = (trial: Trial, resume: boolean, signal: AbortSignal): RunStream => {
    const { configuration, seed, files } = trial;
    const { backend: _, ...settings } = configuration.settings;
    const { checkpointMinutes } = configuration;
    const common = { networks, data, command, words, signal, checkpointMinutes };
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
  /** A trial that throws has failed; the others go on. */
  const outcomeOf = async <Result>(work: () => Promise<Outcome<Result>>): Promise<Outcome<Result>> => {
    try {
      return await work();
    } catch (error) {
      return { status: 'failed', failure: failureOf(error) };
    }
  };
  return {
    train: (trial, { resume, signal, onProgress, onEvaluation }) =>
      outcomeOf(async () => {
        const run = start(trial, resume, signal);
        const track = trackProgress(onProgress);
        for await (const event of run) {
          await onEvent?.(event);
          track(event);
          if (event.type !== 'eval' || event.split !== 'validation') continue;
          await onEvaluation?.({ step: event.step, accuracy: event.accuracy });
        }
        return trained(await run.result, networks);
      }),
    test: (trial, { signal }) =>
      outcomeOf<TestResult>(async () => {
        const run = await openRun(trial.files.run, { networks, data, engine: engineOf(trial), onEvent });
        if (signal.aborted) return { status: 'interrupted' };
        const evaluation = await run.evaluate({ split: 'test', signal }).catch((error: unknown) => {
          if (!signal.aborted) throw error;
        });
        if (evaluation === undefined || signal.aborted) return { status: 'interrupted' };
        await writeEvaluation(evaluation, { command });
        const { step, count, loss, accuracy } = evaluation;
        return { status: 'done', result: { step, count, loss, accuracy } };
      }),
  };
}

async function trained({ stop, best, folder }: RunEnd, networks: readonly Network[]): Promise<TrialOutcome> {
  if (stop.reason === 'aborted') return { status: 'interrupted' };
  if (stop.reason === 'non-finite-loss') throw new Error(stop.message);
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

function messageOf(error: unknown): TrialFailure {
  return { exitCode: null, signal: null, lastLines: [error instanceof Error ? error.message : String(error)] };
}
