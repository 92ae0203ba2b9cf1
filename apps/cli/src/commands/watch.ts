import { once } from 'node:events';
import { withInterrupt } from '@cifarlab/trainer/node';
import type { RunWatch } from '@cifarlab/watch';
import type { Command } from 'commander';
import { ruled } from '../flags/options.js';
import { portNumber } from '../flags/train-options.js';
import { inputPath } from '../flags/values.js';
import { type Io, printNote, printResult } from '../terminal/io.js';
import { openInBrowser } from '../terminal/open-in-browser.js';
import { isOwnAddress } from '../words/own-address.js';

interface WatchFlags {
  port: number;
  host?: string;
  open: boolean;
  predictions: boolean;
  dataDir?: string;
  allowUnverified: boolean;
}

/** Adds `watch [FOLDER]`, which serves a live page about a run, a sweep, or all runs in a folder. */
export function addWatchCommand(program: Command, io: Io): void {
  program
    .command('watch')
    .description('a live page about a run, a sweep, or all runs in a folder, while they train and afterwards')
    .argument('[folder]', 'folder of a run, of a sweep, or one that holds runs (default: the current one)', inputPath)
    .addOption(ruled('--port <n>', 'port of the page; 0: any that is free', portNumber).default(0))
    .option('--host <address>', 'address to serve at (default: 127.0.0.1, for this machine only)', inputPath)
    .option('--no-predictions', 'leave out what needs the network: accuracy by class, predictions')
    .option('--data-dir <path>', 'where the test images are (default: the cache; nothing is downloaded)', inputPath)
    .option('--allow-unverified', "accept images and classes of one's own in CIFAR-10's layout", false)
    .option('--open', 'open the page in the browser', false)
    .action((folder: string | undefined, flags: WatchFlags) => watch(folder ?? '.', flags, io));
}

/** Serves the page until a signal comes, which is how it is meant to end. */
async function watch(folder: string, flags: WatchFlags, io: Io): Promise<void> {
  const { port, host, predictions, dataDir, allowUnverified } = flags;
  const { watchRuns } = await import('@cifarlab/watch');
  await withInterrupt(async (signal) => {
    const page = await watchRuns(folder, { port, host, predictions, data: { dataDir, allowUnverified } });
    try {
      await announce(page, flags, io);
      if (!signal.aborted) await once(signal, 'abort');
    } finally {
      await page.close();
    }
  });
}

async function announce(
  { address }: RunWatch,
  { host, open }: Pick<WatchFlags, 'host' | 'open'>,
  io: Io,
): Promise<void> {
  printResult(io, address);
  if (host !== undefined && !isOwnAddress(new URL(address).hostname)) {
    printNote(io, 'warning: whoever knows this address, or listens on the network, can see these runs');
  }
  printNote(io, 'Ctrl-C ends it.');
  if (open) await openInBrowser(address, io);
}
