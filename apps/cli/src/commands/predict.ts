import { decodePictures, formatPercent, openRun, wholeNumber } from '@cifarlab/experiment';
import type { Command } from 'commander';
import { addNetworkEngineOptions, type EngineFlags, engineChoice } from '../flags/engine-options.js';
import { ruled } from '../flags/options.js';
import { inputPath, inputPaths } from '../flags/values.js';
import { type Io, printError, printResult } from '../terminal/io.js';
import { newsPrinter } from '../words/news.js';

interface PredictFlags extends EngineFlags {
  top: number;
  json: boolean;
}

/** Adds `predict RUN IMAGE...`, which classifies pictures with a trained network. */
export function addPredictCommand(program: Command, io: Io): void {
  const command = program
    .command('predict')
    .description('classify pictures of any size (PNG, JPEG, …); the dataset is not needed')
    .argument('<run>', 'folder of the run', inputPath)
    .argument('<image...>', 'image files', inputPaths)
    .addOption(ruled('--top <classes>', 'how many classes to list', wholeNumber(1)).default(3))
    .option('--json', 'print one JSON object a line', false);
  addNetworkEngineOptions(command);
  command.action((run: string, images: string[], flags: PredictFlags) => predict(run, images, flags, io));
}

async function predict(path: string, images: readonly string[], flags: PredictFlags, io: Io): Promise<void> {
  const onEvent = newsPrinter(io, (line) => line.startsWith('warning: '));
  const onError = (error: unknown) => printError(io, error);
  const run = await openRun(path, { engine: engineChoice(flags), onEvent });
  for (const picture of await decodePictures(images, onError, run.imageSide)) {
    const { name: image } = picture;
    const predictions = (await run.predict(picture)).slice(0, flags.top);
    if (flags.json) printResult(io, JSON.stringify({ image, predictions }));
    else {
      const list = predictions.map((guess) => `${guess.class} ${formatPercent(guess.probability)}`).join(', ');
      printResult(io, `${image}: ${list}`);
    }
  }
}
