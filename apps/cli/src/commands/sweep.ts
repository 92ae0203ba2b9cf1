import { basename, extname, join } from 'node:path';
import { oneOf, wholeNumber } from '@cifarlab/experiment';
import {
  type CoreShare,
  countPieces,
  describePlan,
  type Plan,
  planLines,
  planSweep,
  readSweepFile,
  requireTask,
  shareCores,
  taskLines,
} from '@cifarlab/sweep';
import type { Command } from 'commander';
import { addDataOptions } from '../flags/data-options.js';
import { addPrintOptions, ruled } from '../flags/options.js';
import { inputPath, outputFolder } from '../flags/values.js';
import { type Io, ioOf, printResult } from '../terminal/io.js';
import { type ExitCode, UsageError } from '../words/errors.js';
import { reservedNames } from '../words/sweep-names.js';
import { sweepHere } from './sweep-here.js';
import { sweepOnSlurm } from './sweep-on-slurm.js';
import type { SweepFlags, SweepRequest } from './sweep-request.js';
import { sweepTask } from './sweep-task.js';

/**
 * Adds `sweep FILE`, which trains every configuration that a file describes, and selects the best on validation images.
 */
export function addSweepCommand(program: Command, io: Io, exit: (code: ExitCode) => void): void {
  const command = program
    .command('sweep')
    .description(
      'train many configurations with several seeds, select by validation accuracy; run it again to continue',
    )
    .argument('<file>', 'JSON: {"model", "settings", "list", "grid" or "search", "seeds"}', inputPath)
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
    .option('--dry-run', 'print what would be trained, and train nothing', false)
    .option(
      '--local-data',
      'for a cache on a disk of many machines: copy the images once to a disk of this one, into $TMPDIR, and read them there',
      false,
    )
    .option(
      '--python <program>',
      'for "search" with tpe or asha: Python 3 that has Optuna (default: python3 on the path)',
      inputPath,
    );
  addClusterOptions(command);
  addDataOptions(command);
  addPrintOptions(command).action(async (file: string, queueFlags: string[], flags: SweepFlags) => {
    refuseContradictions(flags, queueFlags);
    const sweep = await readSweepFile(file);
    const plan = planSweep(sweep, { reserved: reservedNames });
    const { task } = flags;
    if (task !== undefined) requireTask(plan, task);
    const share = shareOf(plan, flags);
    const out = flags.out ?? join('sweeps', basename(file, extname(file)));
    const request = { file, sweep, plan, share, out, flags, queueFlags };
    if (flags.dryRun && (flags.on === undefined || task !== undefined)) {
      const lines = flags.json ? [JSON.stringify(describePlan(plan, share))] : linesOf(plan, share, task);
      for (const line of lines) printResult(io, line);
      return;
    }
    exit(await carryOut(request, ioOf(io, flags)));
  });
}

/** Adds the flags for a cluster whose scheduler starts the trials. */
function addClusterOptions(command: Command): void {
  command
    .argument('[flags...]', 'with --on slurm, after --: further flags of sbatch')
    .addOption(
      ruled(
        '--on <scheduler>',
        'train on a cluster, each trial a task of an array, and watch: slurm. --cores is of each task (default: 4), --jobs the tasks at a time',
        oneOf(['slurm']),
      ),
    )
    .option('--memory <size>', 'memory of each task, "4G" for example (default: what the cluster gives)', inputPath)
    .option(
      '--time <limit>',
      'time limit of each task, "01:00:00" for example; then it goes on in another turn',
      inputPath,
    )
    .option('--partition <name>', 'partition of the cluster', inputPath)
    .option('--account <name>', 'account on the cluster', inputPath)
    .option('--cancel', 'with --on: cancel what the sweep has in the queue', false);
}

const ofCluster = ['memory', 'time', 'partition', 'account', 'cancel'] as const;

/** @throws UsageError for flags that do not go together. */
function refuseContradictions(flags: SweepFlags, queueFlags: readonly string[]): void {
  const { task, collect, on, cancel } = flags;
  if (task !== undefined && collect) {
    throw new UsageError('--task does not go with --collect: train every task, then collect');
  }
  if (on !== undefined && collect) throw new UsageError('--on does not go with --collect: it collects at its end');
  if (cancel && (task !== undefined || flags.dryRun)) throw new UsageError('--cancel goes with --on alone');
  if (on !== undefined) return;
  const given = ofCluster.find((flag) => flags[flag]);
  if (given !== undefined) throw new UsageError(`--${given} goes with --on slurm`);
  const [first] = queueFlags;
  if (first !== undefined)
    throw new UsageError(`${JSON.stringify(first)} is one argument too many: sweep takes one file`);
}

/** Cores of a task on a cluster: those of this machine say nothing there. */
const TASK_CORES = 4;

function shareOf(plan: Plan, flags: SweepFlags): CoreShare {
  // A task has the cores for itself, unless it is told of others.
  if (flags.task !== undefined) return shareCores(plan, { ...flags, jobs: flags.jobs ?? 1 });
  if (flags.on === undefined) return shareCores(plan, flags);
  const trials = countPieces(plan);
  return { jobs: Math.min(flags.jobs ?? trials, trials), threads: flags.cores ?? TASK_CORES };
}

function carryOut(request: SweepRequest, io: Io): Promise<ExitCode> {
  const { task, on, collect } = request.flags;
  if (task !== undefined) return sweepTask({ ...request, task }, io);
  return on === undefined ? sweepHere(request, io, { collect }) : sweepOnSlurm(request, io);
}

function linesOf(plan: Plan, share: CoreShare, task: number | undefined): string[] {
  return task === undefined ? planLines(plan, share) : taskLines(plan, task);
}
