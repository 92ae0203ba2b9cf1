import type { Cifar10 } from '@cifarlab/cifar10';
import { settingLines } from '@cifarlab/experiment';
import type { RandomState } from '@cifarlab/numpy-random';
import { withInterrupt } from '@cifarlab/trainer/node';
import { type ExitCode, exitCodes } from '../errors.js';
import { type Io, printNote } from '../io.js';
import { finishRun } from './finish-run.js';
import { fitRun } from './fit-run.js';
import { type PreparedRun, prepareRun } from './prepare-run.js';
import type { Run, Trainee } from './run.js';
import type { RunFlags } from './run-flags.js';

/** What a network adds to a run. */
export interface TrainRunOptions {
  /** Lines for stderr after the settings, before the dataset is loaded. */
  notes: readonly string[];
  /** Makes the network from the dataset and the run's generator of random numbers. */
  create: (data: Cifar10, rng: RandomState) => Trainee;
  flags: RunFlags;
  /** The command that continues the run. */
  resume: string;
}

/** Takes a run from its folder to its result, whatever the network, and then lets go of the folder. */
export async function trainRun(run: Run, options: TrainRunOptions, io: Io): Promise<ExitCode> {
  try {
    return await trainInFolder(run, options, io);
  } finally {
    await run.release();
  }
}

async function trainInFolder(run: Run, { notes, create, flags, resume }: TrainRunOptions, io: Io): Promise<ExitCode> {
  const started = performance.now();
  let interrupted = false;
  let prepared: PreparedRun;
  try {
    for (const line of [...settingLines(run.settings), ...run.warnings, ...notes]) printNote(io, line);
    prepared = await withInterrupt((signal) => prepareRun(run, create, flags, io, signal), {
      onInterrupt: () => {
        interrupted = true;
      },
    });
  } catch (error) {
    await run.discard();
    if (!interrupted) throw error;
    return nothingKept(run, io);
  }
  printNote(io, `run folder : ${run.folder.path}`);
  const history = await fitRun(run, prepared, flags, io);
  if (history.stop.reason === 'aborted' && history.stop.step === 0) {
    await run.discard();
    return nothingKept(run, io);
  }
  const seconds = (performance.now() - started) / 1000;
  return finishRun(run, history, { seconds, data: prepared.data, json: flags.json, resume }, io);
}

function nothingKept({ earlier }: Run, io: Io): ExitCode {
  const message =
    earlier === undefined
      ? 'Interrupted before the first step: nothing is kept.'
      : 'Interrupted before the next step: the run is as it was; run the same command again to continue it.';
  printNote(io, message);
  return exitCodes.interrupted;
}
