import { describeCifar10 } from '@cifarlab/cifar10';
import { formatDuration } from '@cifarlab/experiment';
import type { Command } from 'commander';
import { loadDataset } from '../dataset.js';
import { type Io, ioOf, printResult } from '../io.js';
import { addDataOptions, type DataFlags } from './data-options.js';

interface DataCommandFlags extends DataFlags {
  json: boolean;
  quiet: boolean;
}

/** `data`: fetches and verifies the dataset, and says what it is. */
export function addDataCommand(program: Command, io: Io): void {
  const command = program.command('data').description('fetch and verify CIFAR-10, and say where it is');
  addDataOptions(command);
  command
    .option('--json', 'print the result as one JSON object', false)
    .option('--quiet', 'print the result only', false)
    .action((flags: DataCommandFlags) => showData(flags, ioOf(io, flags)));
}

async function showData(flags: DataCommandFlags, io: Io): Promise<void> {
  const description = describeCifar10(await loadDataset(flags, io));
  if (flags.json) {
    printResult(io, JSON.stringify(description));
    return;
  }
  const { origin, form, from, verified, batches, counts, classCounts, classNames, seconds, cacheFile, contentDigest } =
    description;
  printResult(io, `source   ${origin}: ${from} (${form}), ${formatDuration(seconds)}`);
  if (cacheFile) printResult(io, `cache    ${cacheFile}`);
  printResult(
    io,
    `verified ${verified ? 'yes: all digests are the published ones' : 'no: these are not the published images'}`,
  );
  for (const { name, count, sha256 } of batches)
    printResult(io, `  ${name.padEnd(12)} ${String(count).padStart(6)} images  sha256 ${sha256}`);
  printResult(io, `digest   ${contentDigest}`);
  printResult(io, `images   ${counts.train} for training, ${counts.test} for testing`);
  const width = Math.max(...classNames.map((name) => name.length));
  classNames.forEach((name, index) => {
    printResult(io, `  ${name.padEnd(width)}  ${classCounts.train[index]} + ${classCounts.test[index]}`);
  });
}
