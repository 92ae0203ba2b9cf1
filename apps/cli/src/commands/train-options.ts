import { nonNegativeNumber } from '@cifarlab/experiment';
import { type Command, Option } from 'commander';
import { inputPath, outputFolder, valueBy } from '../flags.js';
import { number } from './options.js';

/** Where the run goes, and how it prints. */
export function addRunOptions(command: Command): void {
  command
    .addOption(new Option('--out <folder>', 'folder of the run (default: runs/<time>-<model>)').argParser(outputFolder))
    .addOption(new Option('--resume <run>', 'continue an earlier run, with its recorded settings').argParser(inputPath))
    .addOption(
      number(
        '--checkpoint-minutes <minutes>',
        'the longest time between two checkpoints; 0: only after step 1, with evaluations and at the end',
        valueBy(nonNegativeNumber),
        5,
      ),
    )
    .option('--json', 'print the result as one JSON object', false)
    .option('--quiet', 'print the result only', false);
}
