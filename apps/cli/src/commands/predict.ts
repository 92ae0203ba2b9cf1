import { preprocessImage } from '@cifarlab/cifar10';
import { wholeNumber } from '@cifarlab/experiment';
import { type Command, Option } from 'commander';
import { decodeImage } from '../decode-image.js';
import { CliError, describeError } from '../errors.js';
import { valueBy } from '../flags.js';
import { type Io, printNote, printResult } from '../io.js';
import { readBestModel } from '../model-file.js';
import { formatPercent } from '../progress.js';
import { openRunFolder } from '../run-folder.js';
import { addNetworkEngineOptions, type NetworkFlags, startForNetwork } from './network-engine.js';

interface PredictFlags extends NetworkFlags {
  top: number;
  json: boolean;
}

/** `predict RUN IMAGE...`: what a trained network sees in pictures. */
export function addPredictCommand(program: Command, io: Io): void {
  const command = program
    .command('predict')
    .description('classify pictures of any size (PNG, JPEG, …); the dataset is not needed')
    .argument('<run>', 'folder of the run')
    .argument('<image...>', 'image files')
    .addOption(new Option('--top <classes>', 'how many classes to list').default(3).argParser(valueBy(wholeNumber(1))))
    .option('--json', 'print one JSON object a line', false);
  addNetworkEngineOptions(command);
  command.action((run: string, images: string[], flags: PredictFlags) => predict(run, images, flags, io));
}

async function predict(run: string, images: readonly string[], flags: PredictFlags, io: Io): Promise<void> {
  const { top, json } = flags;
  const { folder, config } = await openRunFolder(run);
  for (const line of await startForNetwork(config.model, flags)) {
    if (line.startsWith('warning: ')) printNote(io, line);
  }
  const { network, preprocessing, classNames } = await readBestModel(folder);
  const inputs = await readPictures(images, io);

  for (const { image, pixels } of inputs) {
    const input = preprocessImage(pixels, preprocessing);
    const probabilities = network.predict(input);
    if (Array.from(probabilities).some(Number.isNaN)) {
      throw new CliError(
        `${run} gives no probabilities for ${image}: its weights have diverged; train again with a smaller --learning-rate`,
      );
    }
    const ranked = Array.from(probabilities)
      .map((probability, index) => ({ class: classNames[index]!, probability }))
      .sort((a, b) => b.probability - a.probability)
      .slice(0, top);
    if (json) printResult(io, JSON.stringify({ image, predictions: ranked }));
    else {
      const list = ranked.map((guess) => `${guess.class} ${formatPercent(guess.probability)}`).join(', ');
      printResult(io, `${image}: ${list}`);
    }
  }
}

/**
 * All pictures are read before the first answer, so that a wrong name does not show up halfway.
 *
 * @throws what the last of those that cannot be read throws; the others are named before.
 */
async function readPictures(images: readonly string[], io: Io): Promise<{ image: string; pixels: Uint8Array }[]> {
  const inputs: { image: string; pixels: Uint8Array }[] = [];
  const errors: unknown[] = [];
  for (const image of images) {
    try {
      inputs.push({ image, pixels: await decodeImage(image) });
    } catch (error) {
      errors.push(error);
    }
  }
  for (const error of errors.slice(0, -1)) printNote(io, `error: ${describeError(error)}`);
  if (errors.length > 0) throw errors.at(-1);
  return inputs;
}
