import type { Cifar10 } from '@cifarlab/cifar10';
import type { RandomState } from '@cifarlab/numpy-random';
import { withInterrupt } from '@cifarlab/trainer/node';
import type { DataFlags } from '../commands/data-options.js';
import { type ExitCode, exitCodes } from '../errors.js';
import { type Io, printNote } from '../io.js';
import { finishRun } from './finish-run.js';
import { fitRun } from './fit-run.js';
import { type PreparedRun, prepareRun } from './prepare-run.js';
import type { Run, Trainee } from './run.js';
import { settingLines } from './training-settings.js';

/**
 * Takes a run from its folder to its result, whatever the network.
 *
 * @param notes lines for stderr after the settings, before the dataset is loaded.
 * @param create makes the network from the dataset and the run's generator of random numbers.
 */
export async function trainRun(
  run: Run,
  notes: readonly string[],
  create: (data: Cifar10, rng: RandomState) => Trainee,
  flags: DataFlags & { json: boolean },
  io: Io,
): Promise<ExitCode> {
  const started = performance.now();
  for (const line of [...settingLines(run.settings), ...notes]) printNote(io, line);
  let interrupted = false;
  let prepared: PreparedRun;
  try {
    prepared = await withInterrupt((signal) => prepareRun(run, create, flags, io, signal), {
      onInterrupt: () => {
        interrupted = true;
      },
    });
  } catch (error) {
    await run.discard();
    if (!interrupted) throw error;
    return nothingKept(io);
  }
  printNote(io, `run folder : ${run.folder.path}`);
  const history = await fitRun(run, prepared, io);
  if (history.stop.reason === 'aborted' && history.stop.step === 0) {
    await run.discard();
    return nothingKept(io);
  }
  return finishRun(run, history, (performance.now() - started) / 1000, prepared.data, flags, io);
}

function nothingKept(io: Io): ExitCode {
  printNote(io, 'Interrupted before the first step: nothing is kept.');
  return exitCodes.interrupted;
}
