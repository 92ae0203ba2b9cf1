import type { HeldLock } from '@cifarlab/trainer/node';
import type { Configuration } from '../plan/configuration.js';
import { SweepError } from '../sweep-error.js';
import { type FinishedTrial, requireSameImages, type TrialEvent } from '../trials/run-trials.js';
import type { Pruning } from '../trials/train-trial.js';
import type { Trial } from '../trials/trial.js';
import { readTrialRecord } from '../trials/trial-record.js';
import type { TrialRecord } from '../trials/trial-schema.js';
import { type Proposal, writeProposal } from './proposals.js';
import { type LedPlan, type ProposedConfigurations, readStanding } from './search-standing.js';
import type { Study, Told } from './study.js';
import type { Turns } from './turns.js';

/** Options of {@link trainProposal}. */
export interface TrainProposalOptions {
  plan: LedPlan;
  out: string;
  study: Pick<Study, 'ask' | 'report' | 'tell'>;
  configurations: ProposedConfigurations;
  /** Keeps the same configuration, proposed twice, from being trained twice. */
  turns: Turns;
  /** Keeps other processes from the proposal; it is checked before each write. */
  lock: Pick<HeldLock, 'check'>;
  /** Identity of the images. */
  data: string;
  signal: AbortSignal;
  tell: (event: TrialEvent) => void;
  /** Trains a trial that nobody else trains. */
  train: (trial: Trial, options: { pruning: Pruning | undefined; signal: AbortSignal }) => Promise<TrialRecord>;
}

/**
 * Asks the study for a proposal, trains its configuration with every seed, and tells the study what became of it. The pruner
 * looks at the first seed; a configuration that it leaves, or that fails, is not trained with the others.
 *
 * @param kept the proposal, where it was made before.
 * @returns the last trial that was looked at; undefined after an interrupt before the first.
 */
export async function trainProposal(
  task: number,
  kept: Proposal | undefined,
  options: TrainProposalOptions,
): Promise<FinishedTrial | undefined> {
  const { plan, out, study, configurations, lock, signal } = options;
  const { search } = plan;
  await lock.check();
  const values = await study.ask(task, kept?.values ?? search.drawn(task));
  await lock.check();
  if (kept === undefined) await writeProposal(out, search, { task, values });
  else requireSame(values, kept);
  if (signal.aborted) return undefined;
  const configuration = configurations.of({ values });
  const last = await options.turns.take(configuration.id, () => trainSeeds(configuration, task, options));
  const { told, finished } = await readStanding(configuration, options);
  await lock.check();
  if (told !== undefined) await study.tell(task, { values, ...told, notes: notesOf(finished) });
  return last;
}

async function trainSeeds(
  configuration: Configuration,
  task: number,
  options: TrainProposalOptions,
): Promise<FinishedTrial | undefined> {
  const { trials } = await readStanding(configuration, options);
  let last: FinishedTrial | undefined;
  for (const [index, trial] of trials.entries()) {
    if (options.signal.aborted) break;
    const pruning = index === 0 ? pruningOf(task, trial, options) : undefined;
    last = { trial, record: await trainOnce(trial, pruning, options) };
    if (last.record.status !== 'done') break;
  }
  return last;
}

function pruningOf(
  task: number,
  { configuration }: Trial,
  { plan: { search }, study }: Pick<TrainProposalOptions, 'plan' | 'study'>,
): Pruning | undefined {
  if (search.rungs === undefined) return undefined;
  const { maxSteps } = configuration.settings;
  // After the last step there is nothing left to save.
  return {
    search: search.id,
    shouldPrune: async (evaluation) => evaluation.step < maxSteps && (await study.report(task, evaluation)),
  };
}

async function trainOnce(
  trial: Trial,
  pruning: Pruning | undefined,
  { plan: { search }, data, tell, train, signal }: TrainProposalOptions,
): Promise<TrialRecord> {
  const before = await readTrialRecord(trial.files);
  if (before !== undefined) requireSameImages(trial, before, data);
  if (before?.status === 'done' || (before?.status === 'pruned' && before.pruned!.search === search.id)) {
    tell({ type: 'kept', trial, record: before });
    return before;
  }
  const record = await train(trial, { pruning, signal });
  tell({ type: 'ended', trial, record });
  return record;
}

/** Returns what the dashboard shows beside the values. */
function notesOf(finished: readonly FinishedTrial[]): Record<string, string> {
  const last = finished.at(-1);
  if (last === undefined) return {};
  const { configuration, files } = last.trial;
  return { configuration: configuration.id, settings: configuration.name, run: files.run };
}

/** Throws where the values that a proposal stands for are not those that were trained. */
function requireSame(values: readonly number[], kept: Proposal): void {
  if (JSON.stringify(values) === JSON.stringify(kept.values)) return;
  throw new SweepError({
    code: 'optuna',
    place: 'the study',
    value: values,
    rule: `has [${values.join(', ')}] as proposal ${kept.task}, for which [${kept.values.join(', ')}] was trained`,
    remedy: 'remove "optuna.log" from the folder "search" of the sweep: the study is made anew from what is trained',
  });
}

/** Tells a study what became of proposals that it does not know of: of an earlier process, or after the loss of its file. */
export async function tellAnew(
  study: Study,
  finished: readonly { proposal: Proposal; told: Told; trials: readonly FinishedTrial[] }[],
): Promise<void> {
  for (const { proposal, told, trials } of finished) {
    const { task, values } = proposal;
    if (study.states.get(task) === told.state) continue;
    await study.tell(task, { values, ...told, notes: notesOf(trials) });
  }
}
