import { join } from 'node:path';
import {
  type CheckpointName,
  evaluationLines,
  forFile,
  type OpenedRun,
  oneOf,
  openRun,
  positiveNumber,
  type SplitName,
  writeEvaluation,
} from '@cifarlab/experiment';
import type { Command } from 'commander';
import { addDataOptions, type DataFlags, dataChoice } from '../flags/data-options.js';
import { addNetworkEngineOptions, type EngineFlags, engineChoice } from '../flags/engine-options.js';
import { addPrintOptions, choice, type PrintFlags, ruled } from '../flags/options.js';
import { inputPath, outputFolder } from '../flags/values.js';
import { type Io, ioOf, printResult } from '../terminal/io.js';
import { CliError, describeError } from '../words/errors.js';
import { newsPrinter } from '../words/news.js';

interface EvalFlags extends DataFlags, EngineFlags, PrintFlags {
  split: SplitName;
  checkpoint?: CheckpointName;
  out?: string;
  mirror: boolean;
  shift: boolean;
  leastSure?: number;
}

/** Adds `eval RUN`, which prints the accuracy of a trained network, by class, and its confusion matrix. */
export function addEvalCommand(program: Command, io: Io): void {
  const command = program
    .command('eval')
    .description("a trained network's accuracy, by class, with its confusion matrix")
    .argument('<run>', 'folder of the run', inputPath)
    .addOption(choice('--split <name>', 'images to evaluate on', ['train', 'validation', 'test'], 'test'))
    .addOption(ruled('--checkpoint <name>', 'best or last (default: best where there is one)', oneOf(['best', 'last'])))
    .option('--out <folder>', "where the confusion matrix goes (default: the run's folder)", outputFolder)
    .option('--mirror', 'average the outputs for each image and its mirror image', false)
    .option('--shift', 'average them for the image shifted by a pixel too, both ways; six views with --mirror', false)
    .addOption(
      ruled(
        '--least-sure <part>',
        'other views for that part of the images only, the least sure (default: 1)',
        positiveNumber,
      ),
    );
  addNetworkEngineOptions(command);
  addDataOptions(command);
  addPrintOptions(command).action((run: string, flags: EvalFlags) => evaluateRun(run, flags, ioOf(io, flags)));
}

async function evaluateRun(path: string, flags: EvalFlags, io: Io): Promise<void> {
  const run = await openRun(path, { data: dataChoice(flags), engine: engineChoice(flags), onEvent: newsPrinter(io) });
  const { out } = flags;
  if (out === undefined) return evaluate(run, flags, io);
  await forFile(join(out, 'confusion.json'), () => evaluate(run, flags, io));
}

async function evaluate(run: OpenedRun, flags: EvalFlags, io: Io): Promise<void> {
  const evaluation = await run.evaluate(flags);
  // Before the files, which may be refused: the folder is read-only, or another process holds the run.
  const lines = flags.json ? [JSON.stringify(evaluation)] : evaluationLines(evaluation);
  for (const line of lines) printResult(io, line);
  const options = { out: flags.out, command: 'cifarlab eval' };
  const { png } = await writeEvaluation(evaluation, options).catch((error: unknown) => {
    if (flags.out !== undefined) throw error;
    throw new CliError(
      `The confusion matrix could not be written (${describeError(error)}). Give a folder for it with --out`,
      { cause: error },
    );
  });
  if (!flags.json) printResult(io, `confusion matrix ${png}`);
}
