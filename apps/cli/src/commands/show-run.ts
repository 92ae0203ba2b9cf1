import {
  endLines,
  followRun,
  formatBytes,
  formatPercent,
  type RunEnd,
  type RunEvent,
  type RunStream,
  settingLines,
} from '@cifarlab/experiment';
import { pathWord } from '@cifarlab/internals/shell-words';
import { progress } from '@cifarlab/trainer';
import { type Io, printNote, printResult } from '../terminal/io.js';
import { createProgressView, type ProgressView } from '../terminal/progress.js';
import { CliError, type ExitCode, exitCodes } from '../words/errors.js';
import { newsPrinter } from '../words/news.js';
import { ownCommandLine } from '../words/own-command.js';

/** How a run is shown. */
export interface ShowRunOptions {
  /** Whether the result is one JSON object. */
  json: boolean;
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
  const print = eventPrinter(view, io);
  const { end, hasStarted } = await followRun(start, {
    onEvent: async (event) => {
      await print(event);
      io.onTraining?.(event);
    },
    onInterrupt: () => view.note('Interrupted: finishing the step and saving (again to stop at once) …'),
    onStop: () => view.done(),
  });
  if (end.stop.reason === 'aborted' && !(hasStarted && end.isKept)) return nothingDone(end, io);
  return printEnd(end, options, io);
}

function eventPrinter(view: ProgressView, io: Io): (event: RunEvent) => Promise<void> {
  const note = (line: string) => printNote(io, line);
  const printNews = newsPrinter(io);
  const showProgress = progress((step) => view.step(step));
  return async (event) => {
    switch (event.type) {
      case 'settings':
        return settingLines(event.settings).forEach(note);
      case 'engine':
      case 'data':
      case 'network':
      case 'warning':
        return printNews(event);
      case 'memory':
        return note(`memory : about ${formatBytes(event.bytes)} a step`);
      case 'folder':
        return note(`run folder : ${event.folder.path}`);
      case 'checkpoint':
      case 'end':
        return;
      case 'eval': {
        const { step, split, loss, accuracy } = event;
        view.note(`step ${step}  ${split} loss ${loss.toFixed(4)}  ${split} accuracy ${formatPercent(accuracy)}`);
      }
    }
    await showProgress(event);
  };
}

function nothingDone({ isKept }: RunEnd, io: Io): ExitCode {
  printNote(
    io,
    isKept
      ? 'Interrupted before the next step: the run is as it was; run the same command again to continue it.'
      : 'Interrupted before the first step: nothing is kept.',
  );
  return exitCodes.interrupted;
}

function printEnd(end: RunEnd, { json, resumeCommand }: ShowRunOptions, io: Io): ExitCode {
  const { network, folder, stop, seconds, test, best, drawn } = end;
  const result = { run: folder.path, stop: stop.reason, step: stop.step, seconds, test, best };
  for (const line of json ? [JSON.stringify(result)] : endLines(end)) printResult(io, line);
  if (stop.reason === 'non-finite-loss') throw new CliError(stop.message);
  if (stop.reason === 'aborted') {
    if (!drawn) printNote(io, `Draw its curves with: ${ownCommandLine('report', pathWord(folder.path))}`);
    printNote(io, `Go on with: ${resumeCommand(network, folder.path)}`);
    return exitCodes.interrupted;
  }
  if (stop.reason === 'early-stopping') printNote(io, stop.message);
  return exitCodes.done;
}
