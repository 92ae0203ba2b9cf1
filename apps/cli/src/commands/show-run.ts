import {
  formatBytes,
  formatDuration,
  formatPercent,
  type RunEnd,
  type RunEvent,
  type RunStream,
  settingLines,
} from '@cifarlab/experiment';
import { progress } from '@cifarlab/trainer';
import { withInterrupt } from '@cifarlab/trainer/node';
import { CliError, type ExitCode, exitCodes } from '../errors.js';
import { type Io, printNote, printResult } from '../io.js';
import { newsPrinter } from '../news.js';
import { ownCommandLine } from '../own-command.js';
import { createProgressView, type ProgressView } from '../progress.js';
import { pathWord } from '../shell-words.js';

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
  const seen = { start: false, end: undefined as RunEnd | undefined };
  const see = async (event: RunEvent) => {
    await print(event);
    io.onTraining?.(event);
    if (event.type === 'start') seen.start = true;
    if (event.type === 'end') seen.end = event.end;
  };
  let events: AsyncGenerator<RunEvent, unknown> | undefined;
  const train = (signal: AbortSignal) => {
    events = start(signal)[Symbol.asyncIterator]();
    return follow(events, see, 'stop');
  };
  const onInterrupt = () => {
    if (seen.start) view.note('Interrupted: finishing the step and saving (again to stop at once) …');
  };
  try {
    await withInterrupt(train, { onInterrupt }).finally(() => view.done());
    // All is safe once the training has stopped: whoever interrupts the drawing of its curves ends it at once.
    await follow(events!, see);
  } finally {
    await events?.return(undefined);
  }
  const { start: hasStarted, end } = seen;
  if (end!.stop.reason === 'aborted' && !(hasStarted && end!.isKept)) return nothingDone(end!, io);
  return printEnd(end!, options, io);
}

/** Hands on events, up to one of this type; the others stay where they are. */
async function follow(
  events: AsyncGenerator<RunEvent, unknown>,
  see: (event: RunEvent) => Promise<void>,
  last?: RunEvent['type'],
): Promise<void> {
  for (;;) {
    const { done, value } = await events.next();
    if (done) return;
    await see(value);
    if (value.type === last) return;
  }
}

function eventPrinter(view: ProgressView, io: Io): (event: RunEvent) => Promise<void> {
  const note = (line: string) => printNote(io, line);
  const printNews = newsPrinter(note);
  const showProgress = progress((step) => view.step(step));
  return async (event) => {
    switch (event.type) {
      case 'settings':
        return settingLines(event.settings).forEach(note);
      case 'engine':
      case 'data':
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
  if (json) {
    printResult(io, JSON.stringify({ run: folder.path, stop: stop.reason, step: stop.step, seconds, test, best }));
  } else {
    if (test) {
      printResult(io, `test accuracy ${test.accuracy.toFixed(4)}, loss ${test.loss.toFixed(4)} at step ${test.step}`);
    }
    if (best) printResult(io, `best validation ${best.metric} ${best.value.toFixed(4)} at step ${best.step}`);
    printResult(io, `run    ${folder.path} (${stop.step} steps in ${formatDuration(seconds)})`);
    if (drawn) {
      printResult(io, `curves ${drawn.curves}`);
      printResult(io, `report ${drawn.report}`);
    }
  }
  if (stop.reason === 'non-finite-loss') throw new CliError(stop.message);
  if (stop.reason === 'aborted') {
    if (!drawn) printNote(io, `Draw its curves with: ${ownCommandLine('report', pathWord(folder.path))}`);
    printNote(io, `Go on with: ${resumeCommand(network, folder.path)}`);
    return exitCodes.interrupted;
  }
  if (stop.reason === 'early-stopping') printNote(io, stop.message);
  return exitCodes.done;
}
