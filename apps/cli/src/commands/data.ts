import { describeCifar10, descriptionLines, loadCifar10 } from '@cifarlab/cifar10';
import type { Command } from 'commander';
import { addDataOptions, type DataFlags, dataChoice } from '../flags/data-options.js';
import { addPrintOptions, type PrintFlags } from '../flags/options.js';
import { type Io, ioOf, printResult } from '../terminal/io.js';
import { newsPrinter } from '../words/news.js';

/** Adds `data`, which fetches and verifies the dataset, and describes it. */
export function addDataCommand(program: Command, io: Io): void {
  const command = program.command('data').description('fetch and verify CIFAR-10, and say where it is');
  addDataOptions(command);
  addPrintOptions(command).action((flags: DataFlags & PrintFlags) => showData(flags, ioOf(io, flags)));
}

async function showData(flags: DataFlags & PrintFlags, io: Io): Promise<void> {
  const printNews = newsPrinter(io);
  const data = await loadCifar10({
    ...dataChoice(flags),
    onProgress: (progress) => printNews({ type: 'data', progress }),
  });
  const description = describeCifar10(data);
  for (const line of flags.json ? [JSON.stringify(description)] : descriptionLines(description)) printResult(io, line);
}
