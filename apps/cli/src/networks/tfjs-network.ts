import type { DataSet } from '@cifarlab/cifar10';
import { createPreActConvNet, loadTorchState, toTorchState } from '@cifarlab/convnet-preact';
import { createMlp, loadState, type MlpOptions, toState } from '@cifarlab/mlp';
import { SGD } from '@cifarlab/tfjs-ops';
import type { Checkpoint } from '@cifarlab/trainer/node';
import { TfjsLearner } from '@cifarlab/trainer/tfjs';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { flatBatches, imageBatches, type TfjsBatches } from './batches.js';
import type { ClassifiedBatch, Network } from './network.js';

type Arrays = Checkpoint['model'];

/** A kind of network in TensorFlow.js: how it is made, saved and read, and how it takes images. */
export interface TfjsKind<Config extends object> {
  readonly batches: TfjsBatches;
  create(config: Config): LayersModel;
  /** The weights in PyTorch's names and layouts. */
  save(model: LayersModel): Promise<Arrays>;
  load(model: LayersModel, arrays: Arrays): void;
}

/** What an MLP was made with, as checkpoints name it. */
export type MlpConfig = Omit<MlpOptions, 'rng' | 'numClasses'> & { nClasses: number };

/** The same under the names of `createMlp`. */
export function mlpOptions<Config extends { nClasses: number }>({ nClasses, ...config }: Config) {
  return { ...config, numClasses: nClasses };
}

export const mlpKind: TfjsKind<MlpConfig> = {
  batches: flatBatches,
  create: (config) => createMlp(mlpOptions(config)),
  save: toState,
  load: (model, arrays) => loadState(model, arrays),
};

export interface ConvNetConfig {
  numClasses: number;
  seed: number;
}

export const convNetKind: TfjsKind<ConvNetConfig> = {
  batches: imageBatches,
  create: (config) => createPreActConvNet(config),
  save: toTorchState,
  load: (model, arrays) => loadTorchState(model, arrays),
};

/** The network of a checkpoint; a backend of TensorFlow.js must have been started. */
export function restoreTfjsNetwork<Config extends object>(
  kind: TfjsKind<Config>,
  arrays: Arrays,
  config: unknown,
): Network {
  const model = kind.create(config as Config);
  kind.load(model, arrays);
  return new TfjsNetwork(model, kind.batches);
}

class TfjsNetwork implements Network {
  readonly #learner: TfjsLearner;
  readonly #batches: TfjsBatches;

  constructor(model: LayersModel, batches: TfjsBatches) {
    // A learner has an optimizer, which evaluation does not use.
    this.#learner = new TfjsLearner({ model, optimizer: new SGD({ learningRate: 0 }) });
    this.#batches = batches;
  }

  *classify(split: DataSet, { mirror }: { mirror: boolean }): Iterable<ClassifiedBatch> {
    for (const batch of this.#batches.every(split)) {
      const views = mirror ? [this.#batches.mirrored(batch)] : [];
      yield { ...this.#learner.classify(batch, { views }), classes: batch.classes };
    }
  }

  predict(image: Float32Array): ArrayLike<number> {
    const { images, shape } = this.#batches.single(image);
    return this.#learner.predict(images, shape);
  }
}
