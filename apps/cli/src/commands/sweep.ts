import { availableParallelism } from 'node:os';
import { basename, extname, join } from 'node:path';
import { wholeNumber } from '@cifarlab/experiment';
import { type Command, Option } from 'commander';
import { type ExitCode, UsageError } from '../errors.js';
import { inputPath, outputFolder, valueBy } from '../flags.js';
import { type Io, ioOf, printResult } from '../io.js';
import { commandLine } from '../shell-words.js';
import { makePlan, type Plan } from '../sweep/plan.js';
import { processRunner } from '../sweep/process-runner.js';
import { sweep } from '../sweep/sweep.js';
import { readSweepFile } from '../sweep/sweep-file.js';
import { addDataOptions, type DataFlags } from './data-options.js';

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
      const plan = makePlan(await readSweepFile(file));
      const share = shareCores(plan, flags);
      if (flags.dryRun) return printPlan(plan, share, flags, io);
      const out = flags.out ?? join('sweeps', basename(file, extname(file)));
      const runner = processRunner({ threads: share.threads, dataFlags: dataArguments(flags) });
      exit(await sweep({ ...flags, ...share, plan, out, runner }, ioOf(io, flags)));
    });
}

/** @throws UsageError when there are more jobs than cores. */
function shareCores(
  { configurations, seeds }: Plan,
  { cores = availableParallelism(), jobs = cores }: SweepFlags,
): { jobs: number; threads: number } {
  if (jobs > cores) {
    throw new UsageError(`--jobs ${jobs} is more than the ${cores} cores to use; each trial takes one at least`);
  }
  // Of the whole sweep, not of what is left of it: the number of threads shapes the numbers.
  const atATime = Math.min(jobs, configurations.length * seeds.length);
  return { jobs: atATime, threads: Math.floor(cores / atATime) };
}

function dataArguments({ dataDir, offline, allowUnverified }: DataFlags): string[] {
  return [
    ...(dataDir === undefined ? [] : ['--data-dir', dataDir]),
    ...(offline ? ['--offline'] : []),
    ...(allowUnverified ? ['--allow-unverified'] : []),
  ];
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
