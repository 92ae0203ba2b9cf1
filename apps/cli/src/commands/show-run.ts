import { endLines, followRun, type RunEnd, type RunStream } from '@cifarlab/experiment';
import { pathWord } from '@cifarlab/internals/shell-words';
import { signalExitCode } from '@cifarlab/trainer/node';
import { type Io, printNote, printResult } from '../terminal/io.js';
import { createProgressView } from '../terminal/progress.js';
import { runPrinter } from '../terminal/run-printer.js';
import { CliError, type ExitCode, exitCodes } from '../words/errors.js';
import { ownCommandLine } from '../words/own-command.js';

/** Options for showing a run. */
export interface ShowRunOptions {
  /** Whether the result is one JSON object. */
  json: boolean;
  /** Is told the folder of the run when its training begins, and how to say something. */
  onFolder?: (path: string, note: (line: string) => void) => void;
  /** The command that continues a run of a network in a folder. */
  resumeCommand: (network: string, path: string) => string;
}

/**
 * Follows a run to its end, with progress on stderr and the result on stdout. Ctrl-C ends the training in good order.
 *
 * @param start is given the signal that ends it.
 * @throws CliError when training stopped because the loss was not finite; what the run throws.
 */
export async function showRun(
  start: (signal: AbortSignal) => RunStream,
  options: ShowRunOptions,
  io: Io,
): Promise<ExitCode> {
  const view = createProgressView(io.stderr);
  const print = runPrinter(view);
  const { end, hasStarted, interruptedBy } = await followRun(start, {
    onEvent: async (event) => {
      await print(event);
      if (event.type === 'folder') options.onFolder?.(event.folder.path, (line) => view.note(line));
    },
    onInterrupt: () => view.note('Interrupted: finishing the step and saving (again to stop at once) …'),
    onStop: () => view.done(),
  });
  if (end.stop.reason === 'aborted' && !(hasStarted && end.isKept)) {
    return nothingDone(end, interruptedBy, io);
  }
  return printEnd(end, { ...options, interruptedBy }, io);
}

/** Signal that interrupted a run; where it is unknown, that of Ctrl-C is assumed. */
type Interrupter = NodeJS.Signals | undefined;

function nothingDone({ isKept }: RunEnd, interruptedBy: Interrupter, io: Io): ExitCode {
  printNote(
    io,
    isKept
      ? 'Interrupted before the next step: the run is as it was; run the same command again to continue it.'
      : 'Interrupted before the first step: nothing is kept.',
  );
  return signalExitCode(interruptedBy ?? 'SIGINT');
}

function printEnd(
  end: RunEnd,
  { json, resumeCommand, interruptedBy }: ShowRunOptions & { interruptedBy: Interrupter },
  io: Io,
): ExitCode {
  const { network, folder, stop, seconds, test, best, drawn } = end;
  const result = { run: folder.path, stop: stop.reason, step: stop.step, seconds, test, best };
  for (const line of json ? [JSON.stringify(result)] : endLines(end)) printResult(io, line);
  if (stop.reason === 'non-finite-loss') throw new CliError(stop.message);
  if (stop.reason === 'aborted') {
    if (!drawn) printNote(io, `Draw its curves with: ${ownCommandLine('report', pathWord(folder.path))}`);
    printNote(io, `Go on with: ${resumeCommand(network, folder.path)}`);
    return signalExitCode(interruptedBy ?? 'SIGINT');
  }
  return exitCodes.done;
}
