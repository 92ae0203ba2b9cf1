import { describeImages, imageLines } from '@cifarlab/experiment';
import type { Command } from 'commander';
import { addDataOptions, type DataFlags, dataChoice } from '../flags/data-options.js';
import { addPrintOptions, type PrintFlags } from '../flags/options.js';
import { type Io, ioOf, printResult } from '../terminal/io.js';
import { newsPrinter } from '../words/news.js';

/** Adds `data`, which fetches and verifies the dataset, and describes it, or pictures of one's own. */
export function addDataCommand(program: Command, io: Io): void {
  const command = program
    .command('data')
    .description("fetch and verify CIFAR-10, and say where it is; or describe pictures of one's own");
  addDataOptions(command);
  addPrintOptions(command).action((flags: DataFlags & PrintFlags) => showData(flags, ioOf(io, flags)));
}

async function showData(flags: DataFlags & PrintFlags, io: Io): Promise<void> {
  const description = await describeImages({ data: dataChoice(flags), onEvent: newsPrinter(io) });
  for (const line of flags.json ? [JSON.stringify(description)] : imageLines(description)) printResult(io, line);
}
