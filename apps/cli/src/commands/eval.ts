import { join } from 'node:path';
import { type Evaluation, formatPercent, makeFolders, oneOf, openRun, writeEvaluation } from '@cifarlab/experiment';
import { type Command, Option } from 'commander';
import { CliError, describeError } from '../errors.js';
import { inputPath, outputFolder, valueBy } from '../flags.js';
import { type Io, ioOf, printNote, printResult } from '../io.js';
import { newsPrinter } from '../news.js';
import { requireWritable } from '../output-file.js';
import { addDataOptions, type DataFlags, dataChoice } from './data-options.js';
import { addNetworkEngineOptions, type EngineFlags, engineChoice } from './engine-options.js';

interface EvalFlags extends DataFlags, EngineFlags {
  split: 'train' | 'validation' | 'test';
  checkpoint?: 'best' | 'last';
  out?: string;
  mirror: boolean;
  json: boolean;
  quiet: boolean;
}

/** `eval RUN`: the accuracy of a trained network, by class, and its confusion matrix. */
export function addEvalCommand(program: Command, io: Io): void {
  const command = program
    .command('eval')
    .description("a trained network's accuracy, by class, with its confusion matrix")
    .argument('<run>', 'folder of the run', inputPath)
    .addOption(
      new Option('--split <name>', 'images to evaluate on: train, validation, test')
        .default('test')
        .argParser(valueBy(oneOf(['train', 'validation', 'test']))),
    )
    .addOption(
      new Option('--checkpoint <name>', 'best or last (default: best where there is one)').argParser(
        valueBy(oneOf(['best', 'last'])),
      ),
    )
    .addOption(
      new Option('--out <folder>', "where the confusion matrix goes (default: the run's folder)").argParser(
        outputFolder,
      ),
    )
    .option('--mirror', 'average the outputs for each image and its mirror image', false);
  addNetworkEngineOptions(command);
  addDataOptions(command);
  command
    .option('--json', 'print the result as one JSON object', false)
    .option('--quiet', 'print the result only', false)
    .action((run: string, flags: EvalFlags) => evaluateRun(run, flags, ioOf(io, flags)));
}

async function evaluateRun(path: string, flags: EvalFlags, io: Io): Promise<void> {
  const run = await openRun(path, {
    data: dataChoice(flags),
    engine: engineChoice(flags),
    onEvent: newsPrinter((line) => printNote(io, line)),
  });
  if (flags.out !== undefined) {
    await makeFolders(flags.out);
    await requireWritable(join(flags.out, 'confusion.json'));
  }
  const evaluation = await run.evaluate(flags);
  // Before the files, which may be refused: the folder is read-only, or another process holds the run.
  for (const line of flags.json ? [JSON.stringify(evaluation)] : resultLines(evaluation)) printResult(io, line);
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

function resultLines({ split, step, count, loss, accuracy, classNames, confusion }: Evaluation): string[] {
  const width = Math.max(...classNames.map((name) => name.length));
  return [
    `${split} accuracy ${accuracy.toFixed(4)}, loss ${loss.toFixed(4)} over ${count} images at step ${step}`,
    ...confusion.map((row, index) => {
      const total = row.reduce((sum, value) => sum + value, 0);
      const share = total === 0 ? 'no images' : `${formatPercent(row[index]! / total)} of ${total}`;
      return `  ${classNames[index]!.padEnd(width)}  ${share}`;
    }),
  ];
}
