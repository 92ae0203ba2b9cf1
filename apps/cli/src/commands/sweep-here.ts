import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { collectSweep, countTrials, runSweep, type SweepEvent, summaryLines } from '@cifarlab/sweep';
import { processRunner } from '@cifarlab/sweep/processes';
import { signalExitCode, withInterrupt } from '@cifarlab/trainer/node';
import { type Io, printNote, printResult } from '../terminal/io.js';
import { createSweepView, type SweepView } from '../terminal/sweep-view.js';
import { type ExitCode, exitCodes } from '../words/errors.js';
import { newsPrinter } from '../words/news.js';
import { trialCommand } from '../words/trial-command.js';
import { type SweepRequest, sweepData } from './sweep-request.js';

/**
 * Follows a sweep on this machine to its end, or sums up what tasks have trained, with progress on stderr and the result on
 * stdout. Ctrl-C ends it in good order.
 */
export async function sweepHere(
  { plan, share, out, flags }: SweepRequest,
  io: Io,
  { collect, tellsKept = true }: { collect: boolean; tellsKept?: boolean },
): Promise<ExitCode> {
  const data = sweepData(flags);
  const runner = processRunner({
    command: [process.execPath, builtProgram('trial-process')],
    describe: trialCommand,
    threads: share.threads,
    data,
  });
  const view = createSweepView(io.stderr, countTrials(plan));
  const show = eventPrinter(view, io);
  const follow = async (signal: AbortSignal) => {
    const command = `cifarlab sweep${collect ? ' --collect' : ''}`;
    const start = collect ? collectSweep : runSweep;
    const optuna = { python: flags.python };
    const events = start({ plan, runner, out, ...share, data, test: flags.test, signal, command, optuna });
    for await (const event of events) if (tellsKept || event.type !== 'kept') show(event);
    return events.result;
  };
  let interruptedBy: NodeJS.Signals = 'SIGINT';
  const onInterrupt = (signal: NodeJS.Signals) => {
    interruptedBy = signal;
    view.note('Interrupted: running trials finish their step and save (again to stop at once) …');
  };
  const end = await withInterrupt((signal) => follow(signal).finally(() => view.done()), { onInterrupt });
  if (end.status === 'interrupted') {
    printNote(io, 'Interrupted: run the same command again to continue.');
    return signalExitCode(interruptedBy);
  }
  const { summary, failures } = end;
  const lines = flags.json
    ? [JSON.stringify(summary)]
    : [...summaryLines(summary), `summary ${join(out, 'summary.md')}`];
  for (const line of lines) printResult(io, line);
  return failures > 0 || summary.missing.length > 0 ? exitCodes.failed : exitCodes.done;
}

/** Returns a program of this package: the built one, whether this one is built or not. */
export function builtProgram(name: 'bin' | 'trial-process'): string {
  const manifest = createRequire(import.meta.url).resolve('@cifarlab/cli/package.json');
  return join(dirname(manifest), 'dist', `${name}.js`);
}

function eventPrinter(view: SweepView, io: Io): (event: SweepEvent) => void {
  const printNews = newsPrinter(io);
  return (event) => {
    if ('trial' in event && event.type !== 'tested') view.show(event);
    if (event.type === 'data') printNews(event);
    if (event.type !== 'selected') return;
    view.done();
    if (event.isTested) printNote(io, `evaluating on the test images: ${event.configuration!.name}`);
  };
}
