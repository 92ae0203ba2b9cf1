import { relative } from 'node:path';
import { byKey } from '@cifarlab/experiment';
import type { FinishedTrial } from '../trials/run-trials.js';
import type { FinishedTest } from '../trials/test-selected.js';
import type { MadeWith, TrialFailure } from '../trials/trial-runner.js';
import type { ConfigurationSummary } from './select.js';
import { mean, standardDeviation } from './statistics.js';

/** Summary of a sweep, as `summary.json` holds it. */
export interface SweepSummary {
  format: 'cifarlab-sweep';
  version: 1;
  /** The network's name. */
  model: string;
  /** Seeds of every configuration. */
  seeds: readonly number[];
  /** Configurations from the highest mean accuracy on the validation images down; those without accuracy last. */
  configurations: {
    id: string;
    name: string;
    /** Its settings as words of a command line. */
    flags: string[];
    /** All of them, by their keys in files. */
    settings: Readonly<Record<string, unknown>>;
    seeds: number[];
    failed: number[];
    pruned: number[];
    accuracies: number[] | null;
    mean: number | null;
    deviation: number | null;
    seconds: number;
  }[];
  /** Trials in the order in which they are begun. */
  trials: {
    id: string;
    name: string;
    seed: number;
    /** Folder of the run, from the sweep's. */
    run: string;
    status: string;
    step: number | null;
    bestStep: number | null;
    accuracy: number | null;
    seconds: number;
    failure: TrialFailure | null;
  }[];
  /** Trials that are still to be trained: none, but where the sweep was collected before its end. */
  missing: MissingTrial[];
  /** The id of the configuration that was chosen by its accuracy on the validation images. */
  selected: string | null;
  /** Accuracy of the selected configuration on the test images; null where they were not looked at. */
  test: {
    seeds: number[];
    accuracies: number[];
    /** Mean of the accuracies; null when every evaluation failed. */
    mean: number | null;
    /** The sample's; null with fewer than two. */
    deviation: number | null;
    failed: { seed: number; failure: TrialFailure }[];
  } | null;
  /** Each combination of engine, versions and machine that a trial was made with; one, as a rule. */
  madeWith: MadeWith[];
  /** Trials at a time. */
  jobs: number;
  /** Threads of each. */
  threads: number;
  /** Seconds of all trials together. */
  seconds: number;
  /** Seconds while sweeps ran in the folder. */
  wallSeconds: number;
}

/** A trial that has not ended. */
export interface MissingTrial {
  /** Its number. */
  task: number;
  /** Id of its configuration; null before a search has proposed it. */
  id: string | null;
  /** The configuration's. */
  name: string;
  /** Seed that it is trained with. */
  seed: number;
  /** Its status; a killed trial leaves `running` too, and one that a search left can be continued. */
  status: 'not started' | 'running' | 'interrupted' | 'pruned';
}

/** Parts from which a summary is made. */
export interface SummaryParts {
  /** The sweep's folder. */
  out: string;
  /** The network's name. */
  model: string;
  seeds: readonly number[];
  summaries: readonly ConfigurationSummary[];
  finished: readonly FinishedTrial[];
  missing: readonly MissingTrial[];
  selected: ConfigurationSummary | undefined;
  tests: readonly FinishedTest[] | undefined;
  jobs: number;
  threads: number;
  wallSeconds: number;
}

/** Sums up a sweep. */
export function makeSummary(parts: SummaryParts): SweepSummary {
  const { out, model, seeds, summaries, finished, missing, selected, tests, jobs, threads, wallSeconds } = parts;
  return {
    format: 'cifarlab-sweep',
    version: 1,
    model,
    seeds,
    configurations: ranked(summaries).map(({ configuration, done, ...rest }) => ({
      id: configuration.id,
      name: configuration.name,
      flags: configuration.argv,
      settings: byKey(configuration.settings),
      seeds: done,
      ...rest,
    })),
    trials: finished.map(({ trial, record }) => ({
      id: trial.configuration.id,
      name: trial.configuration.name,
      seed: trial.seed,
      run: relative(out, trial.files.run).replaceAll('\\', '/'),
      status: record.status,
      step: record.result?.steps ?? record.pruned?.step ?? null,
      bestStep: record.result?.best?.step ?? null,
      accuracy: record.result?.best?.accuracy ?? record.pruned?.accuracy ?? null,
      seconds: record.seconds,
      failure: record.failure ?? null,
    })),
    missing: [...missing],
    selected: selected?.configuration.id ?? null,
    test: tests === undefined ? null : testSummary(tests),
    madeWith: distinct(finished.flatMap(({ record }) => record.result?.madeWith ?? []).map(inOrder)),
    jobs,
    threads,
    seconds: finished.reduce((sum, { record }) => sum + record.seconds, 0),
    wallSeconds,
  };
}

/** Counts the trials that failed, and the evaluations on the test images that did. */
export function countFailures({ trials, test }: SweepSummary): number {
  return trials.filter(({ status }) => status === 'failed').length + (test?.failed.length ?? 0);
}

function ranked(summaries: readonly ConfigurationSummary[]): ConfigurationSummary[] {
  const key = ({ mean: value }: ConfigurationSummary) => value ?? Number.NEGATIVE_INFINITY;
  return [...summaries].sort((a, b) => (key(a) === key(b) ? 0 : key(b) - key(a)));
}

function testSummary(tests: readonly FinishedTest[]): SweepSummary['test'] {
  const done = tests.flatMap(({ trial, outcome }) =>
    outcome.status === 'done' ? [{ seed: trial.seed, accuracy: outcome.result.accuracy }] : [],
  );
  const accuracies = done.map(({ accuracy }) => accuracy);
  return {
    seeds: done.map(({ seed }) => seed),
    accuracies,
    mean: accuracies.length > 0 ? mean(accuracies) : null,
    deviation: accuracies.length > 1 ? standardDeviation(accuracies) : null,
    failed: tests.flatMap(({ trial, outcome }) =>
      outcome.status === 'failed' ? [{ seed: trial.seed, failure: outcome.failure }] : [],
    ),
  };
}

/** Returns the same with the keys in a fixed order, since files may have them in another. */
function inOrder({ engine, versions, machine }: MadeWith): MadeWith {
  return { engine, versions, machine };
}

/** Keeps the first of those that are the same, whatever the order of the versions. */
function distinct(all: readonly MadeWith[]): MadeWith[] {
  const keyOf = ({ versions, ...rest }: MadeWith) => JSON.stringify([rest, Object.entries(versions).sort()]);
  const seen = new Set<string>();
  return all.filter((one) => !seen.has(keyOf(one)) && seen.add(keyOf(one)));
}
