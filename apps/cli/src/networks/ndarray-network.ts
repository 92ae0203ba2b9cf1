import type { DataSet } from '@cifarlab/cifar10';
import { MLP, type MlpConfig, MlpLearner } from '@cifarlab/ndarray-mlp';
import type { Checkpoint } from '@cifarlab/trainer/node';
import ndarray from 'ndarray';
import { UsageError } from '../errors.js';
import { ndarrayBatches } from './batches.js';
import type { ClassifiedBatch, Network } from './network.js';

/** The hand-derived MLP. */
class NdarrayNetwork implements Network {
  readonly #learner: MlpLearner;

  constructor(model: MLP) {
    this.#learner = new MlpLearner(model);
  }

  *classify(split: DataSet, { mirror }: { mirror: boolean }): Iterable<ClassifiedBatch> {
    if (mirror) {
      throw new UsageError('--mirror is for networks in TensorFlow.js (mlp, convnet); this one is mlp-ndarray');
    }
    for (const batch of ndarrayBatches.every(split)) {
      yield { ...this.#learner.classify(batch), classes: batch.classes };
    }
  }

  predict(image: Float32Array): ArrayLike<number> {
    return this.#learner.predict(ndarray(image, [1, image.length])).data;
  }
}

/** What an MLP was made with, as checkpoints name it. */
type SavedMlpConfig = Omit<MlpConfig, 'numClasses'> & { readonly nClasses: number };

/** What a checkpoint holds of the network. */
export function describeNdarrayMlp(model: MLP): { arrays: Checkpoint['model']; config: SavedMlpConfig } {
  const arrays = Object.entries(model.toState()).map(
    ([name, { shape, data }]) => [name, { shape: [...shape], data }] as const,
  );
  const { nInputs, nHidden, numClasses: nClasses, ...options } = model.config;
  return { arrays: Object.fromEntries(arrays), config: { nInputs, nHidden, nClasses, ...options } };
}

/** The network that `describeNdarrayMlp` described. */
export function restoreNdarrayMlp(arrays: Checkpoint['model'], config: unknown): Network {
  const { nInputs, nHidden, nClasses, ...options } = config as SavedMlpConfig;
  const model = new MLP(nInputs, [...nHidden], nClasses, options);
  model.loadState(
    Object.fromEntries(
      Object.entries(arrays).map(([name, { shape, data }]) => [name, ndarray(data as Float64Array, [...shape])]),
    ),
  );
  return new NdarrayNetwork(model);
}
