import type { Configuration } from '../plan/configuration.js';
import type { Plan } from '../plan/plan.js';
import type { FinishedTrial } from '../trials/run-trials.js';
import { mean, standardDeviation } from './statistics.js';

/** One configuration over its seeds. */
export interface ConfigurationSummary {
  /** The configuration. */
  configuration: Configuration;
  /** Seeds whose trial was completed. */
  done: number[];
  /** Seeds whose trial failed. */
  failed: number[];
  /** Seeds whose trial a search left before its end. */
  pruned: number[];
  /** Accuracies on the validation images at the best checkpoint, in the order of `done`; null without such images. */
  accuracies: number[] | null;
  /** Mean of the accuracies; null without any. */
  mean: number | null;
  /** The sample's, over n - 1; null with fewer than two. */
  deviation: number | null;
  /** Seconds of all its trials together. */
  seconds: number;
}

/** Sums up the configurations of a plan in its order, each over its seeds. */
export function summarizeConfigurations(
  { configurations }: Plan,
  finished: readonly FinishedTrial[],
): ConfigurationSummary[] {
  const byConfiguration = new Map<Configuration, FinishedTrial[]>(configurations.map((one) => [one, []]));
  for (const trial of finished) byConfiguration.get(trial.trial.configuration)?.push(trial);
  return [...byConfiguration].map(([configuration, own]) => {
    const done = own.filter(({ record }) => record.status === 'done');
    const accuracies = done.flatMap(({ record }) => record.result?.best?.accuracy ?? []);
    const complete = accuracies.length > 0 && accuracies.length === done.length;
    return {
      configuration,
      done: done.map(({ trial }) => trial.seed),
      failed: own.filter(({ record }) => record.status === 'failed').map(({ trial }) => trial.seed),
      pruned: own.filter(({ record }) => record.status === 'pruned').map(({ trial }) => trial.seed),
      accuracies: complete ? accuracies : null,
      mean: complete ? mean(accuracies) : null,
      deviation: complete && accuracies.length > 1 ? standardDeviation(accuracies) : null,
      seconds: own.reduce((sum, { record }) => sum + record.seconds, 0),
    };
  });
}

/**
 * Selects the configuration with the highest mean accuracy on the validation images, the first of equals, among those all of
 * whose trials came to their end. A single configuration needs no validation images to be chosen.
 *
 * @returns undefined when every one has a trial that failed.
 */
export function selectConfiguration(
  summaries: readonly ConfigurationSummary[],
  { seeds }: Pick<Plan, 'seeds'>,
): ConfigurationSummary | undefined {
  const complete = summaries.filter(({ done }) => done.length === seeds.length);
  if (summaries.length === 1) return complete[0];
  let best: ConfigurationSummary | undefined;
  for (const summary of complete) {
    if (summary.mean !== null && (best === undefined || summary.mean > best.mean!)) best = summary;
  }
  return best;
}
