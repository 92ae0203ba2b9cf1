import { decodePicture, formatPercent, openRun, type Picture, wholeNumber } from '@cifarlab/experiment';
import { type Command, Option } from 'commander';
import { describeError } from '../errors.js';
import { inputPath, inputPaths, valueBy } from '../flags.js';
import { type Io, printNote, printResult } from '../io.js';
import { newsPrinter } from '../news.js';
import { addNetworkEngineOptions, type EngineFlags, engineChoice } from './engine-options.js';

interface PredictFlags extends EngineFlags {
  top: number;
  json: boolean;
}

/** `predict RUN IMAGE...`: what a trained network sees in pictures. */
export function addPredictCommand(program: Command, io: Io): void {
  const command = program
    .command('predict')
    .description('classify pictures of any size (PNG, JPEG, …); the dataset is not needed')
    .argument('<run>', 'folder of the run', inputPath)
    .argument('<image...>', 'image files', inputPaths)
    .addOption(new Option('--top <classes>', 'how many classes to list').default(3).argParser(valueBy(wholeNumber(1))))
    .option('--json', 'print one JSON object a line', false);
  addNetworkEngineOptions(command);
  command.action((run: string, images: string[], flags: PredictFlags) => predict(run, images, flags, io));
}

async function predict(path: string, images: readonly string[], flags: PredictFlags, io: Io): Promise<void> {
  const printWarning = (line: string) => {
    if (line.startsWith('warning: ')) printNote(io, line);
  };
  const run = await openRun(path, { engine: engineChoice(flags), onEvent: newsPrinter(printWarning) });
  for (const picture of await readPictures(images, io)) {
    const { name: image } = picture;
    const predictions = (await run.predict(picture)).slice(0, flags.top);
    if (flags.json) printResult(io, JSON.stringify({ image, predictions }));
    else {
      const list = predictions.map((guess) => `${guess.class} ${formatPercent(guess.probability)}`).join(', ');
      printResult(io, `${image}: ${list}`);
    }
  }
}

/**
 * All pictures are read before the first answer, so that a wrong name does not show up halfway.
 *
 * @throws what the last of those that cannot be read throws; the others are named before.
 */
async function readPictures(images: readonly string[], io: Io): Promise<Picture[]> {
  const pictures: Picture[] = [];
  const errors: unknown[] = [];
  for (const image of images) {
    try {
      pictures.push(await decodePicture(image));
    } catch (error) {
      errors.push(error);
    }
  }
  for (const error of errors.slice(0, -1)) printNote(io, `error: ${describeError(error)}`);
  if (errors.length > 0) throw errors.at(-1);
  return pictures;
}
