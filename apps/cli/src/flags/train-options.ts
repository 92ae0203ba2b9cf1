import { nonNegativeNumber, wholeNumberBetween } from '@cifarlab/experiment';
import type { Command } from 'commander';
import type { DataFlags } from './data-options.js';
import { addPrintOptions, type PrintFlags, ruled } from './options.js';
import { inputPath, outputFolder } from './values.js';

/** Flags of every `train` command that are not settings of the run. */
export interface RunFlags extends DataFlags, PrintFlags {
  /** Folder of a new run. */
  out?: string;
  /** Folder of a run to continue. */
  resume?: string;
  /** The longest time between two checkpoints; 0 leaves the clock out. */
  checkpointMinutes: number;
  /** Whether a live page is served, or its port. */
  watch?: true | number;
  /** Whether a batch is drawn before the first step. */
  showBatch: boolean;
  /** TensorBoard's folder. */
  tensorboard?: string;
}

/** A port to listen at; 0 is any that is free. */
export const portNumber = wholeNumberBetween(0, 65_535);

/** Adds the flags for the place of the run and for its output. */
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
    .addOption(
      ruled('--watch [port]', 'serve a live page about the run while it trains (default port: any)', portNumber),
    )
    .option(
      '--show-batch',
      'draw a batch as the network sees it, before the first step, to batch.png in the folder of the run',
      false,
    )
    .option(
      '--tensorboard <folder>',
      'also write the run for TensorBoard, to a folder of its own in this one',
      outputFolder,
    );
  addPrintOptions(command);
}
