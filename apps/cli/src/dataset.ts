import { type Cifar10, Cifar10Error, type Cifar10Options, loadCifar10 } from '@cifarlab/cifar10';
import type { DataFlags } from './commands/data-options.js';
import { CliError, UsageError } from './errors.js';
import { type Io, printNote } from './io.js';
import type { RunConfig } from './run-folder.js';

type LoadOptions = Pick<
  Cifar10Options,
  'rng' | 'seed' | 'signal' | 'batchOrder' | 'standardize' | 'validationSize' | 'augment'
> & {
  /** The folder of the earlier run whose settings these are. */
  run?: string;
};

/** Loads CIFAR-10 from where the flags say, and tells on stderr what takes time or goes wrong. */
export async function loadDataset(flags: DataFlags, options: LoadOptions, io: Io): Promise<Cifar10> {
  let downloadShown = -1;
  // Callers hand over all the settings of a run, and the package refuses options that it does not know.
  const { rng, seed, signal, batchOrder, standardize, validationSize, augment } = options;
  return inFlagsWords(
    loadCifar10({
      ...{ rng, seed, signal, batchOrder, standardize, validationSize, augment },
      dataDir: flags.dataDir,
      // Left open unless asked for, so that the environment can say it too.
      ...(flags.offline ? { offline: true } : {}),
      allowUnverified: flags.allowUnverified,
      onProgress(event) {
        if (event.phase === 'warning') printNote(io, `warning: ${event.message}`);
        if (event.phase === 'skip' || event.phase === 'cache') printNote(io, event.message);
        if (event.phase === 'download' && event.total) {
          const tenth = Math.floor((10 * (event.done ?? 0)) / event.total);
          if (tenth === downloadShown) return;
          downloadShown = tenth;
          printNote(io, `${event.message} ${10 * tenth} %`);
        }
      },
    }),
    options,
  );
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
async function inFlagsWords<T>(loading: Promise<T>, { validationSize, run }: LoadOptions): Promise<T> {
  try {
    return await loading;
  } catch (error) {
    if (!(error instanceof Cifar10Error)) throw error;
    if (error.code === 'EMPTY_PATH') throw new UsageError(error.message);
    // Flags have been checked by themselves: the one that this leaves depends on the number of images.
    if (error.code === 'INVALID_OPTION' && validationSize) throw tooManyHeldOut(validationSize, run, error);
    throw new CliError(error.message.replace('allowUnverified', '--allow-unverified'), { cause: error });
  }
}

function tooManyHeldOut(validationSize: number, run: string | undefined, cause: Cifar10Error): Error {
  return run === undefined
    ? new UsageError(
        `--validation-size ${validationSize} is more than there are training images; use a smaller one (${cause.message})`,
        { cause },
      )
    : new CliError(
        `${run} held out ${validationSize} training images for validation, which is more than there are here; give the run's ` +
          'own images with --data-dir',
        { cause },
      );
}
