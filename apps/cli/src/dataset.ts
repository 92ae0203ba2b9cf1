import { type Cifar10, type Cifar10Options, loadCifar10 } from '@cifarlab/cifar10';
import type { DataFlags } from './commands/data-options.js';
import { type Io, printNote } from './io.js';

/** Loads CIFAR-10 from where the flags say, and tells on stderr what takes time or goes wrong. */
export async function loadDataset(
  flags: DataFlags,
  options: Pick<Cifar10Options, 'rng' | 'seed' | 'batchOrder' | 'standardize' | 'validationSize'>,
  { io, quiet }: { io: Io; quiet: boolean },
): Promise<Cifar10> {
  let downloadShown = -1;
  return loadCifar10({
    ...options,
    dataDir: flags.dataDir,
    // Left open unless asked for, so that the environment can say it too.
    ...(flags.offline ? { offline: true } : {}),
    allowUnverified: flags.allowUnverified,
    onProgress(event) {
      if (event.phase === 'warning') printNote(io, `warning: ${event.message}`);
      if (quiet) return;
      if (event.phase === 'skip' || event.phase === 'cache') printNote(io, event.message);
      if (event.phase === 'download' && event.total) {
        const tenth = Math.floor((10 * (event.done ?? 0)) / event.total);
        if (tenth === downloadShown) return;
        downloadShown = tenth;
        printNote(io, `${event.message} ${10 * tenth} %`);
      }
    },
  });
}
