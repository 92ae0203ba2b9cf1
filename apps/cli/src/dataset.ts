import { type Cifar10, Cifar10Error, type Cifar10Options, type Cifar10Progress, loadCifar10 } from '@cifarlab/cifar10';
import type { DataFlags } from './commands/data-options.js';
import { CliError, UsageError } from './errors.js';
import { type Io, printNote } from './io.js';
import type { RunConfig } from './run-folder.js';

/** Loads CIFAR-10 from where the flags say, and tells on stderr what takes time or goes wrong. */
export async function loadDataset(
  flags: DataFlags,
  options: Pick<
    Cifar10Options,
    'rng' | 'seed' | 'signal' | 'batchOrder' | 'standardize' | 'validationSize' | 'augment'
  >,
  io: Io,
): Promise<Cifar10> {
  return inFlagsWords(loadCifar10({ ...options, ...dataChoice(flags), onProgress: dataNews(io) }));
}

/** Where the images come from, as the flags say it. */
export function dataChoice({ dataDir, offline, allowUnverified }: DataFlags) {
  // Left open unless asked for, so that the environment can say it too.
  return { dataDir, allowUnverified, ...(offline ? { offline } : {}) };
}

/** Prints what takes time or goes wrong while the images are loaded. */
export function dataNews(io: Io): (progress: Cifar10Progress) => void {
  let downloadShown = -1;
  return ({ phase, message, done = 0, total }) => {
    if (phase === 'warning') printNote(io, `warning: ${message}`);
    if (phase === 'skip' || phase === 'cache') printNote(io, message);
    if (phase !== 'download' || !total) return;
    const tenth = Math.floor((10 * done) / total);
    if (tenth !== downloadShown) printNote(io, `${message} ${10 * tenth} %`);
    downloadShown = tenth;
  };
}

/**
 * @param trained the classes that the run at `path` was trained on.
 * @throws CliError when those of the dataset are others.
 */
export function requireSameClasses({ classNames }: Cifar10, trained: readonly string[], path: string): void {
  if (classNames.length === trained.length && classNames.every((name, index) => name === trained[index])) return;
  throw new CliError(
    `${path} was trained on ${listed(trained)}, and these images are of ${listed(classNames)}; give the run's own images with --data-dir`,
  );
}

/** How a run was made with other images than those at hand; undefined where they are the same, or the run does not say. */
export function otherImages({ contentDigest }: Cifar10, { digest }: RunConfig['data']): string | undefined {
  if (digest === undefined || digest === contentDigest) return undefined;
  const short = (text: string) => text.slice(0, 16);
  return `trained on other images (content digest ${short(digest)}…) than these (${short(contentDigest)}…)`;
}

/**
 * @param path the run's folder, for the message.
 * @throws CliError when the run was made with other images or labels.
 */
export function requireSameImages(data: Cifar10, recorded: RunConfig['data'], path: string): void {
  const difference = otherImages(data, recorded);
  if (difference === undefined) return;
  throw new CliError(`${path} was ${difference}; give the run's own images with --data-dir`);
}

function listed(names: readonly string[]): string {
  const shown = names.length > 12 ? [...names.slice(0, 11), '…'] : names;
  return `${names.length} classes (${shown.join(', ')})`;
}

/** The package names its option where a person at the command line needs the flag. */
export async function inFlagsWords<T>(loading: Promise<T>): Promise<T> {
  try {
    return await loading;
  } catch (error) {
    if (!(error instanceof Cifar10Error)) throw error;
    if (error.code === 'EMPTY_PATH') throw new UsageError(error.message);
    throw new CliError(error.message.replace('allowUnverified', '--allow-unverified'), { cause: error });
  }
}
