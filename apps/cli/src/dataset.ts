import { type Cifar10, loadCifar10 } from '@cifarlab/cifar10';
import { type DataFlags, dataChoice } from './commands/data-options.js';
import { type Io, printNote } from './io.js';
import { newsPrinter } from './news.js';

/** Loads CIFAR-10 from where the flags say, and tells on stderr what takes time or goes wrong. */
export function loadDataset(flags: DataFlags, io: Io, signal?: AbortSignal): Promise<Cifar10> {
  const printNews = newsPrinter((line) => printNote(io, line));
  return loadCifar10({
    ...dataChoice(flags),
    ...(signal === undefined ? {} : { signal }),
    onProgress: (progress) => printNews({ type: 'data', progress }),
  });
}
