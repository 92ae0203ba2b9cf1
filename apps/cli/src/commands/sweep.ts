import { createRequire } from 'node:module';
import { basename, dirname, extname, join } from 'node:path';
import { wholeNumber } from '@cifarlab/experiment';
import {
  type CoreShare,
  collectSweep,
  describePlan,
  type Plan,
  planLines,
  planSweep,
  readSweepFile,
  requireTask,
  runSweep,
  type SweepEvent,
  shareCores,
  summaryLines,
  taskLines,
} from '@cifarlab/sweep';
import { processRunner } from '@cifarlab/sweep/processes';
import { signalExitCode, withInterrupt } from '@cifarlab/trainer/node';
import type { Command } from 'commander';
import { addDataOptions, dataChoice } from '../flags/data-options.js';
import { addPrintOptions, ruled } from '../flags/options.js';
import { inputPath, outputFolder } from '../flags/values.js';
import { type Io, ioOf, printNote, printResult } from '../terminal/io.js';
import { createSweepView, type SweepView } from '../terminal/sweep-view.js';
import { type ExitCode, exitCodes, UsageError } from '../words/errors.js';
import { newsPrinter } from '../words/news.js';
import { reservedNames } from '../words/sweep-names.js';
import { trialCommand } from '../words/trial-command.js';
import type { SweepFlags, SweepRequest } from './sweep-request.js';
import { sweepTask } from './sweep-task.js';

/** `sweep FILE`: trains every configuration that a file describes, and selects the best on validation images. */
export function addSweepCommand(program: Command, io: Io, exit: (code: ExitCode) => void): void {
  const command = program
    .command('sweep')
    .description(
      'train many configurations with several seeds, select by validation accuracy; run it again to continue',
    )
    .argument('<file>', 'JSON: {"model", "settings", "list", "grid", "seeds"}', inputPath)
    .option('--out <folder>', "folder of the sweep (default: sweeps/<the file's name>)", outputFolder)
    .addOption(ruled('--cores <n>', 'cores to use (default: all)', wholeNumber(1)))
    .addOption(
      ruled('--jobs <n>', 'trials at a time, each with its part of the cores (default: one per core)', wholeNumber(1)),
    )
    .addOption(
      ruled(
        '--task <n>',
        'train trial n alone, numbered from 0 (see --dry-run), as a task of an array of a cluster',
        wholeNumber(0),
      ),
    )
    .option('--collect', 'train nothing: select, evaluate and sum up what tasks have trained', false)
    .option('--no-test', 'do not evaluate the selected configuration on the test images')
    .option('--dry-run', 'print what would be trained, and train nothing', false);
  addDataOptions(command);
  addPrintOptions(command).action(async (file: string, flags: SweepFlags) => {
    const plan = planSweep(await readSweepFile(file), { reserved: reservedNames });
    const { task, collect } = flags;
    if (task !== undefined && collect) {
      throw new UsageError('--task does not go with --collect: train every task, then collect');
    }
    if (task !== undefined) requireTask(plan, task);
    // A task has the cores for itself, unless it is told of others.
    const share = shareCores(plan, task === undefined ? flags : { ...flags, jobs: flags.jobs ?? 1 });
    if (flags.dryRun) {
      const lines = flags.json ? [JSON.stringify(describePlan(plan, share))] : linesOf(plan, share, task);
      for (const line of lines) printResult(io, line);
      return;
    }
    const out = flags.out ?? join('sweeps', basename(file, extname(file)));
    const request = { plan, share, out, flags };
    exit(
      await (task === undefined ? sweep(request, ioOf(io, flags)) : sweepTask({ ...request, task }, ioOf(io, flags))),
    );
  });
}

function linesOf(plan: Plan, share: CoreShare, task: number | undefined): string[] {
  return task === undefined ? planLines(plan, share) : taskLines(plan, task);
}

/** Follows a sweep to its end, with progress on stderr and the result on stdout. Ctrl-C ends it in good order. */
async function sweep({ plan, share, out, flags }: SweepRequest, io: Io): Promise<ExitCode> {
  const data = dataChoice(flags);
  const runner = processRunner({
    command: [process.execPath, trialProgram()],
    describe: trialCommand,
    threads: share.threads,
    data,
  });
  const view = createSweepView(io.stderr, plan.configurations.length * plan.seeds.length);
  const show = eventPrinter(view, io);
  const follow = async (signal: AbortSignal) => {
    const command = `cifarlab sweep${flags.collect ? ' --collect' : ''}`;
    const start = flags.collect ? collectSweep : runSweep;
    const events = start({ plan, runner, out, ...share, data, test: flags.test, signal, command });
    for await (const event of events) show(event);
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

/** The program of one trial: the built one, whether this one is built or not. */
function trialProgram(): string {
  const manifest = createRequire(import.meta.url).resolve('@cifarlab/cli/package.json');
  return join(dirname(manifest), 'dist', 'trial-process.js');
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
