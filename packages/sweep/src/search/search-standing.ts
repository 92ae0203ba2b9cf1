import type { Configuration } from '../plan/configuration.js';
import type { LedSearch } from '../plan/led-search.js';
import type { Plan } from '../plan/plan.js';
import type { SweptTrials } from '../run/conclude-sweep.js';
import { mean } from '../summary/statistics.js';
import type { MissingTrial } from '../summary/summary.js';
import { type FinishedTrial, requireSameImages } from '../trials/run-trials.js';
import { type Trial, trialsOf } from '../trials/trial.js';
import { readTrialRecord } from '../trials/trial-record.js';
import { type Proposal, readProposals } from './proposals.js';
import type { Told } from './study.js';

/** A plan whose configurations a search proposes. */
export type LedPlan = Plan & { search: LedSearch };

export function isLedPlan(plan: Plan): plan is LedPlan {
  return plan.search !== undefined;
}

/** State of a proposed configuration, by the records of its trials. */
export interface Standing {
  /** A trial for each seed. */
  trials: readonly Trial[];
  /** Trials that are done, failed or pruned. */
  finished: FinishedTrial[];
  /** Trials that are to be trained; none after one that was pruned or has failed. */
  open: { trial: Trial; status: MissingTrial['status'] }[];
  /** The value that the study is told: the mean accuracy over the seeds; undefined while trials are open. */
  told: Told | undefined;
}

/**
 * Reads the state of a proposed configuration. A trial that another search pruned is open.
 *
 * @throws RecordError for a record that cannot be understood.
 */
export async function readStanding(
  configuration: Configuration,
  { plan: { search, seeds }, out }: { plan: LedPlan; out: string },
): Promise<Standing> {
  const trials = await trialsOf({ configurations: [configuration], seeds }, out);
  const finished: FinishedTrial[] = [];
  const open: Standing['open'] = [];
  const accuracies: number[] = [];
  for (const trial of trials) {
    const record = await readTrialRecord(trial.files);
    const { pruned, result } = record ?? {};
    if (record?.status === 'pruned' && pruned!.search === search.id) {
      finished.push({ trial, record });
      const told = { state: 'PRUNED', step: pruned!.step, value: pruned!.accuracy } as const;
      return { trials, finished, open: [], told };
    }
    if (record?.status === 'failed') {
      finished.push({ trial, record });
      return { trials, finished, open: [], told: { state: 'FAIL' } };
    }
    if (record?.status !== 'done') {
      open.push({ trial, status: record?.status ?? 'not started' });
      continue;
    }
    finished.push({ trial, record });
    accuracies.push(result!.best!.accuracy);
  }
  return { trials, finished, open, told: open.length > 0 ? undefined : { state: 'COMPLETE', value: mean(accuracies) } };
}

/** Configurations that a search has proposed, each once, though it may be proposed again. */
export class ProposedConfigurations {
  readonly #search: LedSearch;
  readonly #known = new Map<string, Configuration>();

  constructor(search: LedSearch) {
    this.#search = search;
  }

  of({ values }: Pick<Proposal, 'values'>): Configuration {
    const configuration = this.#search.configure(values);
    const known = this.#known.get(configuration.id);
    if (known !== undefined) return known;
    this.#known.set(configuration.id, configuration);
    return configuration;
  }
}

/** A search as far as it is: the plan with the configurations that it has proposed, and the state of their trials. */
export interface SearchedTrials {
  plan: LedPlan;
  swept: SweptTrials;
}

/**
 * Reads how far a search is, without its study.
 *
 * @throws RecordError for a record that cannot be understood; SweepError, `other-images`, when trials are of different
 *   images.
 */
export async function readSearch(plan: LedPlan, out: string): Promise<SearchedTrials> {
  const { search, seeds } = plan;
  const proposals = await readProposals(out, search);
  const proposed = new ProposedConfigurations(search);
  const standings = new Map<Configuration, Standing>();
  const missing: MissingTrial[] = [];
  for (let task = 0; task < search.trials; task++) {
    const proposal = proposals.get(task);
    if (proposal === undefined) {
      for (const seed of seeds) missing.push({ task, id: null, name: 'not proposed yet', seed, status: 'not started' });
      continue;
    }
    const configuration = proposed.of(proposal);
    if (standings.has(configuration)) continue;
    const standing = await readStanding(configuration, { plan, out });
    standings.set(configuration, standing);
    const { id, name } = configuration;
    missing.push(...standing.open.map(({ trial, status }) => ({ task, id, name, seed: trial.seed, status })));
  }
  const all = [...standings.values()];
  const finished = all.flatMap((one) => one.finished);
  for (const { trial, record } of finished) requireSameImages(trial, record, finished[0]!.record.data);
  return {
    plan: { ...plan, configurations: [...standings.keys()] },
    swept: { trials: all.flatMap(({ trials }) => trials), finished, missing },
  };
}
