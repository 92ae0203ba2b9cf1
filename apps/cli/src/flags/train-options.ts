import { nonNegativeNumber } from '@cifarlab/experiment';
import type { Command } from 'commander';
import type { DataFlags } from './data-options.js';
import { addPrintOptions, type PrintFlags, ruled } from './options.js';
import { inputPath, outputFolder } from './values.js';

/** Flags of every `train` command that are no settings of the run. */
export interface RunFlags extends DataFlags, PrintFlags {
  /** Folder of a new run. */
  out?: string;
  /** Folder of a run to continue. */
  resume?: string;
  /** The longest time between two checkpoints; 0 leaves the clock out. */
  checkpointMinutes: number;
  /** TensorBoard's folder. */
  tensorboard?: string;
}

/** Where the run goes, and how it prints. */
export function addRunOptions(command: Command): void {
  command
    .option('--out <folder>', 'folder of the run (default: runs/<time>-<model>)', outputFolder)
    .option('--resume <run>', 'continue an earlier run, with its recorded settings', inputPath)
    .addOption(
      ruled(
        '--checkpoint-minutes <minutes>',
        'the longest time between two checkpoints; 0: only after step 1, with evaluations and at the end',
        nonNegativeNumber,
      ).default(5),
    )
    .option(
      '--tensorboard <folder>',
      'also write the run for TensorBoard, to a folder of its own in this one',
      outputFolder,
    );
  addPrintOptions(command);
}
