import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataChoice } from '@cifarlab/experiment';
import type { Command } from 'commander';
import { inputPath } from './values.js';

/** Values of `--data-dir` and its companions, which every command that reads the dataset shares. */
export interface DataFlags {
  dataDir?: string;
  offline: boolean;
  allowUnverified: boolean;
}

/** Adds the flags that choose the source of the dataset. */
export function addDataOptions(command: Command): void {
  command
    .option(
      '--data-dir <path>',
      "folder or archive of CIFAR-10, or pictures of one's own in a folder for each class (default: the cache, else a download)",
      inputPath,
    )
    .option('--offline', 'never use the network', false)
    .option('--allow-unverified', "accept images and classes of one's own in CIFAR-10's layout", false);
}

/** Returns the source of the images that the flags choose. */
export function dataChoice({ dataDir, offline, allowUnverified }: DataFlags): DataChoice {
  // Left open unless asked for, so that the environment can say it too.
  return { dataDir, allowUnverified, ...(offline ? { offline } : {}) };
}

/** Returns the folder on a disk of this machine to which the images are copied: within `$TMPDIR`, one for each user. */
export function localDataFolder(): string {
  return join(tmpdir(), `cifarlab-${process.getuid?.() ?? 'data'}`);
}
