import type { HeldLock } from '@cifarlab/trainer/node';
import type { Plan } from '../plan/plan.js';
import type { CoreShare } from '../plan/share-cores.js';
import { selectConfiguration, summarizeConfigurations } from '../summary/select.js';
import { type MissingTrial, makeSummary, type SweepSummary } from '../summary/summary.js';
import type { FinishedTrial } from '../trials/run-trials.js';
import { type FinishedTest, testSelected } from '../trials/test-selected.js';
import type { Trial } from '../trials/trial.js';
import type { TrialRunner } from '../trials/trial-runner.js';
import type { SweepEvent } from './events.js';
import type { Tell } from './told-stream.js';
import type { WallClock } from './wall-clock.js';

/** Trials of a sweep, by how they ended. */
export interface SweptTrials {
  /** All of them. */
  trials: readonly Trial[];
  /** Trials that were done, failed or pruned, in the same order. */
  finished: readonly FinishedTrial[];
  /** The others, in the same order. */
  missing: readonly MissingTrial[];
}

/** Options of {@link concludeSweep}. */
export interface ConcludeOptions extends CoreShare {
  plan: Plan;
  out: string;
  runner: TrialRunner;
  test: boolean;
  signal: AbortSignal;
  clock: WallClock;
  lock: Pick<HeldLock, 'check'>;
  tell: Tell<SweepEvent>;
}

/**
 * Selects by validation accuracy, evaluates the selected configuration on the test images, and sums up. While trials are
 * missing the test images are left alone: they are for one configuration, the one that is selected among all.
 *
 * @returns undefined after an interrupt.
 */
export async function concludeSweep(
  { trials, finished, missing }: SweptTrials,
  { plan, out, runner, jobs, threads, test, signal, clock, lock, tell }: ConcludeOptions,
): Promise<SweepSummary | undefined> {
  const summaries = summarizeConfigurations(plan, finished);
  const selected = selectConfiguration(summaries, plan);
  const isTested = test && selected !== undefined && missing.length === 0;
  tell({ type: 'selected', configuration: selected?.configuration, isTested });
  let tests: FinishedTest[] | undefined;
  if (isTested) {
    const chosen = trials.filter(({ configuration }) => configuration === selected.configuration);
    tests = await testSelected(chosen, { runner, jobs, signal, lock, tell });
    if (signal.aborted) return undefined;
  }
  const { seeds, network } = plan;
  const wallSeconds = clock.seconds();
  return makeSummary({
    out,
    model: network.name,
    seeds,
    summaries,
    finished,
    missing,
    selected,
    tests,
    jobs,
    threads,
    wallSeconds,
  });
}
