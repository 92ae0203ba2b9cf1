import { join, resolve } from 'node:path';
import { renderConfusionMatrix } from '@cifarlab/plots';
import { renderPng } from '@cifarlab/plots/node';
import { writeFileAtomic } from '@cifarlab/trainer/node';
import { type Command, Option } from 'commander';
import { evaluateSplit } from '../confusion.js';
import { loadDataset, otherImages, requireSameClasses } from '../dataset.js';
import { CliError, describeError, UsageError } from '../errors.js';
import { inputPath, oneOf, outputFolder } from '../flags.js';
import { type Io, ioOf, printNote, printResult } from '../io.js';
import { readBestModel, readModel } from '../model-file.js';
import { requireWritable } from '../output-file.js';
import { inFolder } from '../own-folders.js';
import { formatPercent } from '../progress.js';
import { openRunFolder } from '../run-folder.js';
import { withRunLock } from '../run-lock.js';
import { addDataOptions, type DataFlags } from './data-options.js';
import { addNetworkEngineOptions, type NetworkFlags, startForNetwork } from './network-engine.js';

interface EvalFlags extends DataFlags, NetworkFlags {
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
        .argParser(oneOf('train', 'validation', 'test')),
    )
    .addOption(
      new Option('--checkpoint <name>', 'best or last (default: best where there is one)').argParser(
        oneOf('best', 'last'),
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
  const run = await openRunFolder(path);
  const { out } = flags;
  if (out === undefined) return evaluate(path, run, flags, io);
  await inFolder(out, async () => {
    await requireWritable(join(out, 'confusion.json'));
    await evaluate(path, run, flags, io);
  });
}

async function evaluate(
  path: string,
  { folder, config }: Awaited<ReturnType<typeof openRunFolder>>,
  flags: EvalFlags,
  io: Io,
): Promise<void> {
  for (const line of await startForNetwork(config.model, flags)) printNote(io, line);
  const { network, step, classNames } = flags.checkpoint
    ? await readModel(folder[flags.checkpoint])
    : await readBestModel(folder);
  const { seed, standardize, validationSize } = config.settings;
  const data = await loadDataset(flags, { seed, standardize, validationSize, run: path }, io);
  requireSameClasses(data, classNames, path);
  const difference = otherImages(data, config.data);
  if (difference !== undefined) {
    printNote(io, `warning: ${path} was ${difference}; this accuracy is on these. Give the run's own with --data-dir`);
  }
  const split = data[flags.split];
  if (split.numExamples === 0) {
    throw new UsageError(`--split ${flags.split} is empty in ${path}, which held out no images; use --split test`);
  }
  const { count, loss, accuracy, confusion } = evaluateSplit(network, split, classNames.length, flags);

  const result = {
    run: path,
    split: flags.split,
    mirror: flags.mirror,
    step,
    count,
    loss,
    accuracy,
    classNames,
    confusion,
    dataDigest: data.contentDigest,
    runDataDigest: config.data.digest ?? null,
  };
  // Before the files, which may be refused: the folder is read-only, or another process holds the run.
  for (const line of flags.json ? [JSON.stringify(result)] : resultLines(result)) printResult(io, line);
  const picture = await writeConfusion(result, path, flags.out).catch((error: unknown) => {
    if (flags.out !== undefined) throw error;
    throw new CliError(
      `The confusion matrix could not be written (${describeError(error)}). Give a folder for it with --out`,
      { cause: error },
    );
  });
  if (!flags.json) printResult(io, `confusion matrix ${picture}`);
}

/**
 * Writes the files of an evaluation, under the run's lock where they go into its folder.
 *
 * @returns the picture's name.
 */
async function writeConfusion(result: EvalResult, run: string, out = run): Promise<string> {
  const svg = await renderConfusionMatrix(result.confusion, result.classNames);
  const png = await renderPng(svg);
  const name = result.mirror ? `${result.split}-mirror` : result.split;
  const file = (type: string) => join(out, `confusion-${name}.${type}`);
  const write = async () => {
    await writeFileAtomic(file('svg'), svg);
    await writeFileAtomic(file('png'), png);
    await writeFileAtomic(file('json'), `${JSON.stringify(result, null, 2)}\n`);
  };
  if (resolve(out) === resolve(run)) await withRunLock(run, { command: 'cifarlab eval', patienceSeconds: 5 }, write);
  else await write();
  return file('png');
}

/** What `eval` prints and writes. */
interface EvalResult {
  run: string;
  split: string;
  mirror: boolean;
  step: number;
  count: number;
  loss: number;
  accuracy: number;
  classNames: readonly string[];
  confusion: readonly (readonly number[])[];
  /** The content's digest of the images evaluated on. */
  dataDigest: string;
  /** That of the images the run was made with; null where the run does not say. */
  runDataDigest: string | null;
}

function resultLines({ split, step, count, loss, accuracy, classNames, confusion }: EvalResult): string[] {
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
