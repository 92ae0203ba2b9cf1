import { type Cifar10, type Cifar10Options, loadCifar10 } from '@cifarlab/cifar10';
import type { RunConfig } from '../records/run-config.js';
import { named, sentence } from '../settings/sentence.js';
import type { DataEvent } from './events.js';
import type { DataChoice } from './options.js';
import { RunError } from './run-error.js';

/** How a run's images are prepared and split. */
type Preparation = Pick<
  Cifar10Options,
  'rng' | 'seed' | 'signal' | 'batchOrder' | 'standardize' | 'validationSize' | 'augment'
>;

/**
 * Loads the images of a run.
 *
 * @throws Cifar10Error.
 */
export function loadDataset(
  choice: DataChoice,
  preparation: Preparation,
  tell: (event: DataEvent) => void,
): Promise<Cifar10> {
  return loadCifar10({
    ...preparation,
    ...choice,
    onProgress: (progress) => tell({ type: 'data', progress }),
  });
}

const remedy = sentence`give the run's own images with ${named('dataDir')}`;

/**
 * @param trained the classes that the run at `path` was trained on.
 * @throws RunError, `other-classes`, when those of the dataset are others.
 */
export function requireSameClasses({ classNames }: Cifar10, trained: readonly string[], path: string): void {
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
export function otherImages({ contentDigest }: Cifar10, { digest }: RunConfig['data']): string | undefined {
  if (digest === undefined || digest === contentDigest) return undefined;
  const short = (text: string) => text.slice(0, 16);
  return `was trained on other images (content digest ${short(digest)}…) than these (${short(contentDigest)}…)`;
}

/**
 * @param path the run's folder, for the message.
 * @throws RunError, `other-images`, when the run was made with other images or labels.
 */
export function requireSameImages(data: Cifar10, recorded: RunConfig['data'], path: string): void {
  const difference = otherImages(data, recorded);
  if (difference === undefined) return;
  throw new RunError({ code: 'other-images', place: path, rule: difference, remedy });
}

function listed(names: readonly string[]): string {
  const shown = names.length > 12 ? [...names.slice(0, 11), '…'] : names;
  return `${names.length} classes (${shown.join(', ')})`;
}
