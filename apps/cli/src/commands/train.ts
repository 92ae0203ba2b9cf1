import { RunError, type RunStream, resumeRun, type TrainingOptions, trainRun } from '@cifarlab/experiment';
import type { Command } from 'commander';
import { dataChoice } from '../flags/data-options.js';
import { type Io, ioOf } from '../terminal/io.js';
import { type ExitCode, UsageError } from '../words/errors.js';
import { reportWords } from '../words/report-words.js';
import { resumeCommand } from '../words/resume-command.js';
import { showRun } from './show-run.js';
import { addTrainParser, type TrainRequest } from './train-parser.js';
import { TrainingPage } from './training-page.js';

/** Adds `train <model>`, which trains a network, or continues an earlier run. */
export function addTrainCommand(program: Command, io: Io, exit: (code: ExitCode) => void): void {
  addTrainParser(program, async (request) => exit(await train(request, ioOf(io, request.flags))));
}

async function train(request: TrainRequest, io: Io): Promise<ExitCode> {
  const { flags, given } = request;
  const { out, resume, json } = flags;
  if (resume !== undefined && out !== undefined) {
    throw new UsageError(`--out ${out} does not go with --resume; the run stays in its folder`);
  }
  const commandOf = (network: string, path: string) => resumeCommand(network, path, flags, given);
  const port = flags.watch === true ? undefined : flags.watch;
  const page = flags.watch === undefined ? undefined : new TrainingPage({ port, data: dataChoice(flags) });
  const options = { json, resumeCommand: commandOf, ...(page && { onFolder: page.show.bind(page) }) };
  try {
    return await showRun((signal) => start(request, signal), options, io);
  } catch (error) {
    throw wayOn(error, (network, path) => resumeCommand(network, path, { ...flags, resume: undefined }, given));
  } finally {
    await page?.close();
  }
}

function start({ network, settings, flags, given }: TrainRequest, signal: AbortSignal): RunStream {
  const { out, resume, backend, threads, checkpointMinutes, tensorboard, showBatch } = flags;
  const options: TrainingOptions = {
    data: dataChoice(flags),
    // The engine that a run was made with is recorded.
    engine: { name: given.has('backend') ? backend : undefined, threads },
    command: `cifarlab train ${network.name}${resume === undefined ? '' : ' --resume'}`,
    signal,
    checkpointMinutes,
    tensorboard,
    showBatch,
    words: reportWords,
  };
  if (resume === undefined) return trainRun({ ...options, network, settings, out });
  return resumeRun(resume, { ...options, network: network.name, changes: settings });
}

/** Names the command that continues the run which is in the way. */
function wayOn(error: unknown, command: (network: string, path: string) => string): unknown {
  if (!(error instanceof RunError) || error.place === undefined) return error;
  const { code, place, found } = error;
  if (code === 'other-network') {
    return new UsageError(`${place} is a ${found!.network} run; use: ${command(found!.network, place)}`, {
      cause: error,
    });
  }
  if (code !== 'folder-filled') return error;
  const remedy = `--out ${place} is not empty; choose another folder with --out`;
  if (found === undefined) return new UsageError(remedy, { cause: error });
  const continued = found.isSaved
    ? `, or continue the run in it: ${command(found.network, place)}`
    : ' (the run in it stopped before its first checkpoint, so there is nothing to go on from)';
  return new UsageError(`${remedy}${continued}`, { cause: error });
}
