import { type Cifar10, Cifar10Error, type Cifar10Options, loadCifar10 } from '@cifarlab/cifar10';
import type { Dataset, ImageFormat } from '../images/dataset.js';
import { loadPictures, type Pictures } from '../images/load-pictures.js';
import { pictureFiles } from '../images/picture-files.js';
import type { Network } from '../networks/network.js';
import type { RunConfig } from '../records/run-config.js';
import type { TrainingSettings } from '../settings/network-settings.js';
import { named, sentence } from '../settings/sentence.js';
import { SettingError } from '../settings/setting-error.js';
import type { AllSettings } from '../settings/table.js';
import type { DataEvent } from './events.js';
import type { DataChoice } from './options.js';
import { RunError } from './run-error.js';

/** Preparation and split of a run's images. */
type Preparation = Pick<Cifar10Options, 'rng' | 'seed' | 'signal' | 'batchOrder' | 'validationSize' | 'augment'> & {
  /** Form in which the network takes them. */
  format: ImageFormat;
  /** The folder of the earlier run whose settings these are. */
  run?: string | undefined;
};

/** Says how a network takes images. */
export function imageFormat(network: Network, settings: TrainingSettings): ImageFormat {
  const { standardize = false } = settings as Partial<AllSettings>;
  return network.images?.(settings) ?? { standardize, pictureSide: 32 };
}

/**
 * Loads the images of a run: CIFAR-10, or, where the folder has none, pictures of one's own in folders of their classes.
 *
 * @throws Cifar10Error; RunError, `unfit-pictures`; where more images are to be held out than there are,
 *   SettingError for a new run, and RunError, `other-images`, for an earlier one.
 */
export async function loadDataset(
  choice: DataChoice,
  { run, format, ...preparation }: Preparation,
  tell: (event: DataEvent) => void,
): Promise<Dataset> {
  const { validationSize } = preparation;
  try {
    return await loadImages(choice, { ...preparation, format }, tell);
  } catch (error) {
    // Settings have been checked by themselves: the one that this leaves depends on the number of images.
    const isTooMany = error instanceof Cifar10Error && error.code === 'INVALID_OPTION' && validationSize;
    throw isTooMany ? tooManyHeldOut(validationSize, run, error) : error;
  }
}

/** Loads CIFAR-10, or pictures of one's own. @throws as `loadCifar10`; RunError, `unfit-pictures`. */
export async function loadImages(
  choice: DataChoice,
  { format, ...preparation }: Omit<Preparation, 'run'>,
  tell: (event: DataEvent) => void,
): Promise<Cifar10 | Pictures> {
  const { dataDir, cacheDir } = choice;
  const options = { ...preparation, standardize: format.standardize };
  const onProgress = (progress: DataEvent['progress']) => tell({ type: 'data', progress });
  try {
    return await loadCifar10({ ...options, ...choice, onProgress });
  } catch (error) {
    // A folder with CIFAR-10 may have others beside it: runs, with pictures of curves.
    const isElse = error instanceof Cifar10Error && error.code === 'UNRECOGNISED' && dataDir !== undefined;
    const pictures = isElse ? await pictureFiles(dataDir) : undefined;
    if (pictures === undefined) throw error;
    return loadPictures(dataDir!, pictures, { ...options, cacheDir, side: format.pictureSide, tell: onProgress });
  }
}

/**
 * Tells images apart from others, wherever they lie: SHA-256, in hex, of what a network takes by default. Pictures of one's
 * own have another one at another resolution.
 *
 * @throws as `trainRun` where images are not available.
 */
export async function digestImages(
  network: Network,
  choice: DataChoice,
  { signal, onEvent = () => {} }: { signal?: AbortSignal; onEvent?: (event: DataEvent) => void } = {},
): Promise<string> {
  const format = imageFormat(network, network.settings);
  return (await loadDataset(choice, { format, signal }, onEvent)).contentDigest;
}

const remedy = sentence`give the run's own images with ${named('dataDir')}`;

function tooManyHeldOut(validationSize: number, run: string | undefined, cause: Cifar10Error): Error {
  if (run === undefined) {
    const rule = 'is more than there are training images';
    const fault = { setting: 'validationSize', value: validationSize, rule };
    return new SettingError({ ...fault, remedy: `use a smaller one (${cause.message})` }, { cause });
  }
  const rule = `held out ${validationSize} training images for validation, which is more than there are here`;
  return new RunError({ code: 'other-images', place: run, rule, remedy }, { cause });
}

/**
 * @param trained the classes that the run at `path` was trained on.
 * @throws RunError, `other-classes`, when those of the dataset are others.
 */
export function requireSameClasses({ classNames }: Dataset, trained: readonly string[], path: string): void {
  if (classNames.length === trained.length && classNames.every((name, index) => name === trained[index])) return;
  throw new RunError({
    code: 'other-classes',
    place: path,
    rule: `was trained on ${listed(trained)}, and these images are of ${listed(classNames)}`,
    remedy,
  });
}

/**
 * Says how a run was made with other images than those at hand.
 *
 * @returns undefined where they are the same, or the run does not say.
 */
export function otherImages({ contentDigest }: Dataset, { digest }: RunConfig['data']): string | undefined {
  if (digest === undefined || digest === contentDigest) return undefined;
  const short = (text: string) => text.slice(0, 16);
  return `was trained on other images (content digest ${short(digest)}…) than these (${short(contentDigest)}…)`;
}

/**
 * @param path the run's folder, for the message.
 * @throws RunError, `other-images`, when the run was made with other images or labels.
 */
export function requireSameImages(data: Dataset, recorded: RunConfig['data'], path: string): void {
  const difference = otherImages(data, recorded);
  if (difference === undefined) return;
  throw new RunError({ code: 'other-images', place: path, rule: difference, remedy });
}

function listed(names: readonly string[]): string {
  const shown = names.length > 12 ? [...names.slice(0, 11), '…'] : names;
  return `${names.length} classes (${shown.join(', ')})`;
}
