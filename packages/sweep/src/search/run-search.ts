import { join } from 'node:path';
import { makeFolders } from '@cifarlab/experiment';
import { waitForRelease } from '@cifarlab/trainer/node';
import { orphanPatience } from '../trials/orphan-patience.js';
import { type FinishedTrial, type RunTrialsOptions, requireSameImages, runTrial } from '../trials/run-trials.js';
import { workOff } from '../trials/work-off.js';
import { type Proposal, readProposals, searchFiles } from './proposals.js';
import { type LedPlan, ProposedConfigurations, readStanding } from './search-standing.js';
import { type OptunaOptions, openStudy, type Study, type Told } from './study.js';
import { tellAnew, trainProposal } from './train-proposal.js';
import { Turns } from './turns.js';

/** Options of {@link runSearch}. */
export interface RunSearchOptions extends RunTrialsOptions {
  plan: LedPlan;
  out: string;
  optuna: OptunaOptions | undefined;
}

/** Returns the lock of a proposal, held by the process that trains it alone. */
export function proposalLock(out: string, { search }: LedPlan, task: number): string {
  return join(searchFiles(out, search).proposals, `${task}.lock`);
}

/** Opens the study of a search in the folder of a sweep. */
export async function openSearch(
  { network, search }: LedPlan,
  { out, optuna }: { out: string; optuna: OptunaOptions | undefined },
): Promise<Study> {
  const { proposals, journal } = searchFiles(out, search);
  await makeFolders(proposals);
  return openStudy(search, { journal, name: network.name, optuna });
}

/**
 * Trains what a search proposes, a few configurations at a time. Each proposal depends on its number and on what the study was
 * told before; so one at a time gives the same ones every time, interrupted or not.
 *
 * @throws SweepError, `no-optuna` and `optuna`; `other-images`, when a trial was trained on other images.
 */
export async function runSearch(options: RunSearchOptions): Promise<void> {
  const { plan, out, optuna, jobs, data, signal, tell, lock } = options;
  const configurations = new ProposedConfigurations(plan.search);
  const proposals = await readProposals(out, plan.search);
  const settled: Settled[] = [];
  const seen = new Set<string>();
  for (const proposal of proposals.values()) {
    const configuration = configurations.of(proposal);
    const { told, finished } = await readStanding(configuration, { plan, out });
    for (const { trial, record } of finished) requireSameImages(trial, record, data);
    // What has failed is tried again.
    if (told === undefined || told.state === 'FAIL') continue;
    settled.push({ proposal, told, trials: finished });
    if (!seen.has(configuration.id)) for (const one of finished) tell({ type: 'kept', ...one });
    seen.add(configuration.id);
  }
  const isSettled = new Set(settled.map(({ proposal }) => proposal.task));
  const open = Array.from({ length: plan.search.trials }, (_, task) => task).filter((task) => !isSettled.has(task));
  if (open.length === 0 || signal.aborted) return;
  const study = await openSearch(plan, { out, optuna });
  try {
    await tellAnew(study, settled);
    const turns = new Turns();
    await workOff(open, jobs, signal, async (task, workSignal) => {
      await waitForRelease(proposalLock(out, plan, task), { patienceSeconds: orphanPatience });
      await trainProposal(task, proposals.get(task), {
        ...{ plan, out, study, configurations, turns, data, tell, lock },
        signal: workSignal,
        train: (trial, how) => runTrial(trial, { ...options, ...how }),
      });
    });
  } finally {
    await study.close();
  }
}

interface Settled {
  proposal: Proposal;
  told: Told;
  trials: FinishedTrial[];
}
