import { createRequire } from 'node:module';
import { basename, dirname, extname, join } from 'node:path';
import { wholeNumber } from '@cifarlab/experiment';
import {
  type CoreShare,
  type Plan,
  planSweep,
  readSweepFile,
  runSweep,
  type SweepEvent,
  type SweepSummary,
  selectionLines,
  shareCores,
  summaryTable,
} from '@cifarlab/sweep';
import { processRunner } from '@cifarlab/sweep/processes';
import { withInterrupt } from '@cifarlab/trainer/node';
import { type Command, Option } from 'commander';
import { type ExitCode, exitCodes } from '../errors.js';
import { inputPath, outputFolder, valueBy } from '../flags.js';
import { type Io, ioOf, printNote, printResult } from '../io.js';
import { newsPrinter } from '../news.js';
import { ownCommandLine } from '../own-command.js';
import { commandLine } from '../shell-words.js';
import { createSweepView, isTrialEvent, type SweepView, showTrial } from '../terminal/sweep-view.js';
import { textTable } from '../terminal/text-table.js';
import { trialArguments } from '../trial-arguments.js';
import { addDataOptions, type DataFlags, dataChoice } from './data-options.js';
import { reservedNames } from './sweep-names.js';

interface SweepFlags extends DataFlags {
  out?: string;
  cores?: number;
  jobs?: number;
  test: boolean;
  dryRun: boolean;
  json: boolean;
  quiet: boolean;
}

/** `sweep FILE`: trains every configuration that a file describes, and selects the best on validation images. */
export function addSweepCommand(program: Command, io: Io, exit: (code: ExitCode) => void): void {
  const command = program
    .command('sweep')
    .description(
      'train many configurations with several seeds, select by validation accuracy; run it again to continue',
    )
    .argument('<file>', 'JSON: {"model", "settings", "list", "grid", "seeds"}', inputPath)
    .addOption(
      new Option('--out <folder>', "folder of the sweep (default: sweeps/<the file's name>)").argParser(outputFolder),
    )
    .addOption(new Option('--cores <n>', 'cores to use (default: all)').argParser(valueBy(wholeNumber(1))))
    .addOption(
      new Option('--jobs <n>', 'trials at a time, each with its part of the cores (default: one per core)').argParser(
        valueBy(wholeNumber(1)),
      ),
    )
    .option('--no-test', 'do not evaluate the selected configuration on the test images')
    .option('--dry-run', 'print what would be trained, and train nothing', false);
  addDataOptions(command);
  command
    .option('--json', 'print the result as one JSON object', false)
    .option('--quiet', 'print the result only', false)
    .action(async (file: string, flags: SweepFlags) => {
      const plan = planSweep(await readSweepFile(file), { reserved: reservedNames });
      const share = shareCores(plan, flags);
      if (flags.dryRun) return printPlan(plan, share, flags, io);
      const out = flags.out ?? join('sweeps', basename(file, extname(file)));
      exit(await sweep({ plan, share, out, flags }, ioOf(io, flags)));
    });
}

/** What is trained, and how. */
interface SweepRequest {
  plan: Plan;
  share: CoreShare;
  out: string;
  flags: SweepFlags;
}

/** Follows a sweep to its end, with progress on stderr and the result on stdout. Ctrl-C ends it in good order. */
async function sweep({ plan, share, out, flags }: SweepRequest, io: Io): Promise<ExitCode> {
  const data = dataChoice(flags);
  const runner = processRunner({
    command: [process.execPath, trialProgram()],
    describe: (task) => ownCommandLine(...trialArguments(task)),
    threads: share.threads,
    data,
  });
  const view = createSweepView(io.stderr, plan.configurations.length * plan.seeds.length);
  const show = eventPrinter(view, io);
  const follow = async (signal: AbortSignal) => {
    const events = runSweep({ plan, runner, out, ...share, data, test: flags.test, signal, command: 'cifarlab sweep' });
    for await (const event of events) show(event);
    return events.result;
  };
  const onInterrupt = () =>
    view.note('Interrupted: running trials finish their step and save (again to stop at once) …');
  const end = await withInterrupt((signal) => follow(signal).finally(() => view.done()), { onInterrupt });
  if (end.status === 'interrupted') {
    printNote(io, 'Interrupted: run the same command again to continue.');
    return exitCodes.interrupted;
  }
  const { summary, failures } = end;
  const lines = flags.json
    ? [JSON.stringify(summary)]
    : [...summaryLines(summary), `summary ${join(out, 'summary.md')}`];
  for (const line of lines) printResult(io, line);
  return failures > 0 ? exitCodes.failed : exitCodes.done;
}

/** The program of one trial: the built one, whether this one is built or not. */
function trialProgram(): string {
  return join(
    dirname(createRequire(import.meta.url).resolve('@cifarlab/cli/package.json')),
    'dist',
    'trial-process.js',
  );
}

function eventPrinter(view: SweepView, io: Io): (event: SweepEvent) => void {
  const printNews = newsPrinter((line) => printNote(io, line));
  return (event) => {
    if (event.type === 'data') printNews(event);
    else if (isTrialEvent(event)) showTrial(event, view);
    else if (event.type === 'selected') {
      view.done();
      if (event.isTested) printNote(io, `evaluating on the test images: ${event.configuration!.name}`);
    }
  };
}

/** The configurations as a table, and what was selected. */
function summaryLines(summary: SweepSummary): string[] {
  const { columns, rows } = summaryTable(summary);
  const numbers = new Set(columns.flatMap(({ isNumber }, index) => (isNumber ? [index] : [])));
  return [...textTable([columns.map(({ name }) => name), ...rows], numbers), ...selectionLines(summary)];
}

function printPlan(
  { configurations, seeds }: Plan,
  { jobs, threads }: { jobs: number; threads: number },
  { json }: SweepFlags,
  io: Io,
): void {
  if (json) {
    const listed = configurations.map(({ id, name, model, argv, settings }) => ({
      id,
      name,
      model,
      flags: argv,
      settings,
    }));
    printResult(io, JSON.stringify({ configurations: listed, seeds, jobs, threads }));
    return;
  }
  const trials = configurations.length * seeds.length;
  printResult(
    io,
    `${trials} trials, ${jobs} at a time with ${threads} thread${threads === 1 ? '' : 's'} each; seeds ${seeds.join(', ')}`,
  );
  for (const { id, name, model, argv } of configurations) {
    printResult(io, `${id}  ${name}`);
    printResult(io, `            ${commandLine(['train', model, ...argv])}`);
  }
}
