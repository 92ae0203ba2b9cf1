import type { Cifar10, Preprocessing } from '@cifarlab/cifar10';
import type { Awaitable } from '@cifarlab/trainer';
import { type Checkpoint, CheckpointError, loadModel } from '@cifarlab/trainer/node';
import { CliError } from './errors.js';
import type { ModelName } from './models.js';
import { restoreNdarrayMlp } from './networks/ndarray-network.js';
import type { Network } from './networks/network.js';
import { type ModelValues, parseModelValues } from './records/model-values.js';

type Arrays = Checkpoint['model'];

const meanImageName = 'preprocessing.mean_image';

// TensorFlow.js takes its time to load; networks on ndarrays do without.
const tfjs = () => import('./networks/tfjs-network.js');

const restore: Record<ModelName, (arrays: Arrays, config: unknown) => Awaitable<Network>> = {
  'mlp-ndarray': restoreNdarrayMlp,
  async mlp(arrays, config) {
    const { mlpKind, restoreTfjsNetwork } = await tfjs();
    return restoreTfjsNetwork(mlpKind, arrays, config);
  },
  async convnet(arrays, config) {
    const { convNetKind, restoreTfjsNetwork } = await tfjs();
    return restoreTfjsNetwork(convNetKind, arrays, config);
  },
};

/** A network as a checkpoint holds it. */
export interface StoredModel {
  kind: ModelName;
  /** By name, without the mean image. */
  weights: Arrays;
  /** Shape and options, as the kind of network understands them. */
  config: unknown;
  /** What must happen to an image before the network sees it. */
  preprocessing: Preprocessing;
  classNames: readonly string[];
  /** The step it was saved at. */
  step: number;
}

/** A stored network that can compute. */
export interface TrainedModel extends StoredModel {
  network: Network;
}

/** What a checkpoint holds beside the training state, so that `predict` needs no dataset. */
export function describeModel(
  kind: ModelName,
  { arrays, config }: { arrays: Arrays; config: object },
  { preprocessing, classNames }: Pick<Cifar10, 'preprocessing' | 'classNames'>,
): Omit<Checkpoint, 'training'> {
  const model: Arrays = { ...arrays };
  if (preprocessing.kind === 'mean-image') {
    model[meanImageName] = { shape: [3, 32, 32], data: preprocessing.meanImage };
  }
  const { means, deviations } = { means: [], deviations: [], ...preprocessing };
  return {
    model,
    values: { kind, config, classNames, preprocessing: { kind: preprocessing.kind, means, deviations } } as never,
  };
}

/**
 * Reads what a checkpoint holds of the network; nothing that computes is needed.
 *
 * @throws CheckpointError when the checkpoint is missing or damaged; CliError when it holds another kind of network.
 */
async function readStoredModel(folder: string): Promise<StoredModel> {
  const { model: arrays, values, step = 0 } = await loadModel(folder);
  const { kind, config, classNames, preprocessing } = parseModelValues(values, folder);
  const { [meanImageName]: meanImage, ...weights } = arrays;
  requireRoomForLayers(config, weights, folder);
  return {
    kind,
    weights,
    config,
    classNames,
    step,
    preprocessing:
      preprocessing.kind === 'mean-image'
        ? { kind: 'mean-image', meanImage: requireMeanImage(meanImage, folder) }
        : preprocessing,
  };
}

function requireMeanImage(array: Arrays[string] | undefined, folder: string): Float32Array {
  if (array?.data instanceof Float32Array && array.data.length === 3 * 32 * 32) return array.data;
  throw new CliError(
    `${folder} holds no "${meanImageName}" of 3 x 32 x 32 float32 numbers, which its images are prepared with; ` +
      'use another checkpoint, or train again',
  );
}

/** Weights that any machine has room for. */
const fewWeights = 2 ** 24;

/**
 * Layers are made before they are given their weights, so that a number of units that is not theirs could take all
 * memory.
 *
 * @throws CliError when the layers that the config describes hold many numbers, and far more than there are.
 */
function requireRoomForLayers(config: ModelValues['config'], weights: Arrays, folder: string): void {
  if (config.nHidden === undefined) return;
  const sizes = [config.nInputs, ...config.nHidden, config.nClasses];
  const described = sizes.slice(1).reduce((sum, size, layer) => sum + size * sizes[layer]!, 0);
  const there = Object.values(weights).reduce((sum, { data }) => sum + data.length, 0);
  if (described <= Math.max(fewWeights, 2 * there)) return;
  throw new CliError(
    `${folder}: layers of ${sizes.slice(0, 12).join(', ')} units have ${described} weights, and there are ${there} numbers; ` +
      'use another checkpoint, or train again',
  );
}

/** The stored network, ready to compute. For one in TensorFlow.js a backend must have been started. */
export async function restoreNetwork({ kind, weights, config }: StoredModel): Promise<Network> {
  return restore[kind](weights, config);
}

/**
 * Reads the network of a checkpoint. For one in TensorFlow.js a backend must have been started.
 *
 * @throws as `readStoredModel`.
 */
export async function readModel(folder: string): Promise<TrainedModel> {
  const stored = await readStoredModel(folder);
  return { ...stored, network: await restoreNetwork(stored) };
}

/** The checkpoint to use: the one that was best on the validation images where there is one, else the last. */
export function readBestModel(folder: { best: string; last: string }): Promise<TrainedModel> {
  return fromBest(folder, readModel);
}

/** As `readBestModel`, without the network. */
export function readBestStoredModel(folder: { best: string; last: string }): Promise<StoredModel> {
  return fromBest(folder, readStoredModel);
}

async function fromBest<T>({ best, last }: { best: string; last: string }, read: (folder: string) => Promise<T>) {
  try {
    return await read(best);
  } catch (error) {
    if (!(error instanceof CheckpointError && error.code === 'missing')) throw error;
    return read(last);
  }
}
