import type { Preprocessing } from '@cifarlab/cifar10';
import { type Checkpoint, CheckpointError, loadModel } from '@cifarlab/trainer/node';
import type { Dataset } from '../images/dataset.js';
import type { Network, SavedNetwork, TrainedNetwork, Weights } from '../networks/network.js';
import { parseSavedValues } from '../records/saved-values.js';
import { RunError } from './run-error.js';
import type { RunFiles } from './run-files.js';

/** Side of CIFAR-10's images, in pixels. */
const CIFAR10_SIDE = 32;

const meanImageName = 'preprocessing.mean_image';

/** A network as a checkpoint holds it, with all that using it takes. */
export interface StoredNetwork extends SavedNetwork {
  network: Network;
  /** Preprocessing of an image before the network sees it. */
  preprocessing: Preprocessing;
  /** Names of the classes, indexed by class number. */
  classNames: readonly string[];
  /** Side of the images that it was trained on, in pixels. */
  imageSide: number;
  /** The step it was saved at. */
  step: number;
}

/** A network as it was stored, ready to compute. */
export interface RestoredNetwork {
  stored: StoredNetwork;
  trained: TrainedNetwork;
}

/** A checkpoint of a run: `best` is chosen on the validation images, `last` is the latest. */
export type CheckpointName = 'best' | 'last';

/** Describes the contents of a checkpoint beside the training state, so that `predict` needs no dataset. */
export function describeNetwork(
  { name }: Network,
  { weights, config }: SavedNetwork,
  { preprocessing, classNames, train: { side } }: Pick<Dataset, 'preprocessing' | 'classNames' | 'train'>,
): Omit<Checkpoint, 'training'> {
  const model: Weights = { ...weights };
  if (preprocessing.kind === 'mean-image') {
    model[meanImageName] = { shape: [3, side, side], data: preprocessing.meanImage };
  }
  const { means, deviations } = { means: [], deviations: [], ...preprocessing };
  // Of CIFAR-10's side nothing is said: earlier versions knew no other.
  const values = {
    kind: name,
    config,
    classNames,
    ...(side === CIFAR10_SIDE ? {} : { imageSide: side }),
    preprocessing: { kind: preprocessing.kind, means, deviations },
  };
  return { model, values: values as never };
}

/**
 * Reads the network's part of a checkpoint; no engine is needed.
 *
 * @param networks of which it must hold one.
 * @throws CheckpointError when the checkpoint is missing or damaged; RecordError when it holds another network; RunError,
 *   `damaged`, when its parts do not fit together.
 */
async function readNetwork(folder: string, networks: readonly Network[]): Promise<StoredNetwork> {
  return storedNetwork(await loadModel(folder), folder, networks);
}

/**
 * Parses the network's part of a checkpoint.
 *
 * @param folder of the checkpoint, for messages.
 * @throws RecordError when it is another network; RunError, `damaged`, when its parts do not fit together.
 */
export function storedNetwork(
  { model: arrays, values, step = 0 }: Pick<Checkpoint, 'model' | 'values'> & { step?: number },
  folder: string,
  networks: readonly Network[],
): StoredNetwork {
  const { network, config, classNames, preprocessing, imageSide } = parseSavedValues(values, folder, networks);
  const { [meanImageName]: meanImage, ...weights } = arrays;
  requireRoomForLayers(network, { weights, config }, folder);
  return {
    network,
    weights,
    config,
    classNames,
    imageSide,
    step,
    preprocessing:
      preprocessing.kind === 'mean-image'
        ? { kind: 'mean-image', meanImage: requireMeanImage(meanImage, imageSide, folder) }
        : preprocessing,
  };
}

/**
 * Reads the network of a run.
 *
 * @param checkpoint default: `best` where there is one, else `last`.
 * @throws as `readNetwork`.
 */
export async function readNetworkOf(
  folder: RunFiles,
  networks: readonly Network[],
  checkpoint?: CheckpointName,
): Promise<StoredNetwork> {
  if (checkpoint !== undefined) return readNetwork(folder[checkpoint], networks);
  try {
    return await readNetwork(folder.best, networks);
  } catch (error) {
    if (!(error instanceof CheckpointError && error.code === 'missing')) throw error;
    return readNetwork(folder.last, networks);
  }
}

/** Makes the stored network ready to compute; its engine has been started. */
export async function restoreNetwork({ network, ...saved }: StoredNetwork): Promise<TrainedNetwork> {
  return network.restore(saved);
}

const trainAgain = 'use another checkpoint, or train again';

function requireMeanImage(array: Weights[string] | undefined, side: number, folder: string): Float32Array {
  if (array?.data instanceof Float32Array && array.data.length === 3 * side * side) return array.data;
  throw new RunError({
    code: 'damaged',
    rule: `there is no "${meanImageName}" of 3 x ${side} x ${side} float32 numbers in ${folder}, which its images are prepared with`,
    remedy: trainAgain,
  });
}

/** Weights that any machine has room for. */
const fewWeights = 2 ** 24;

/**
 * Layers are made before they are given their weights, so that a number of units that is not theirs could take all
 * memory.
 *
 * @throws RunError, `damaged`, when the layers that the config describes hold many numbers, and far more than there are.
 */
function requireRoomForLayers(network: Network, { weights, config }: SavedNetwork, folder: string): void {
  const sizes = network.layers?.(config) ?? [];
  const described = sizes.slice(1).reduce((sum, size, layer) => sum + size * sizes[layer]!, 0);
  const there = Object.values(weights).reduce((sum, { data }) => sum + data.length, 0);
  if (described <= Math.max(fewWeights, 2 * there)) return;
  throw new RunError({
    code: 'damaged',
    place: folder,
    rule: `describes layers of ${sizes.slice(0, 12).join(', ')} units with ${described} weights, and there are ${there} numbers`,
    remedy: trainAgain,
  });
}
