import type { DataSet } from '@cifarlab/cifar10';
import type { RandomState } from '@cifarlab/numpy-random';
import type { Awaitable } from '@cifarlab/trainer';
import type { TfjsLearner } from '@cifarlab/trainer/tfjs';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { versionsOf } from '../run/machine.js';
import { microBatchOf } from '../settings/micro-batch.js';
import type { Choices, Defaults, TrainingSettings, ValuesOf } from '../settings/network-settings.js';
import type { SettingName } from '../settings/table.js';
import type { TfjsBatches } from './batches.js';
import { classifyViews } from './classify-views.js';
import type { OptimizerSettings } from './create-optimizer.js';
import type { ClassifiedBatch, Network, SavedNetwork, TrainedNetwork, Views, Weights } from './network.js';
import { plainOptimizers } from './plain-optimizers.js';

const packages = ['cifar10', 'numpy-random', 'tfjs-ops', 'trainer'].map((name) => `@cifarlab/${name}`);

/** Default settings of a network that an optimizer of `@cifarlab/tfjs-ops` trains. */
export type OptimizedDefaults = Defaults & OptimizerSettings;

/**
 * Description of a network in TensorFlow.js: that of every network, and the parts that differ between those in
 * TensorFlow.js.
 */
export interface TfjsNetwork<D extends OptimizedDefaults, C extends Choices, Config extends object>
  extends Omit<Network<D, C, Config>, 'engine' | 'versions' | 'create' | 'restore' | 'mirrors'> {
  /** Form in which it takes images. */
  readonly batches: TfjsBatches;
  /** The packages of this network alone, whose versions `config.json` records. */
  readonly packages: readonly string[];
  /** The module that makes `tf.loadLayersModel` know its layers. */
  readonly register: string;
  /** Returns the description from which the network can be made again, without its weights. */
  configOf(settings: ValuesOf<D, C>, classNames: readonly string[]): Config;
  /** Makes the network. @param rng draws the weights to start from; left out where weights are loaded. */
  build(config: Config, rng?: RandomState): Awaitable<LayersModel>;
  /** Returns the weights in PyTorch's names and layouts. */
  save(model: LayersModel): Awaitable<Weights>;
  /** Gives a network weights as `save` returned them. */
  load(model: LayersModel, weights: Weights): Awaitable<void>;
}

/** Defines a network in TensorFlow.js, whose gradients come from autodiff. */
export function defineTfjsNetwork<
  const Name extends string,
  const D extends OptimizedDefaults,
  const C extends Choices = Choices,
  Config extends object = object,
>({
  batches,
  packages: own,
  register,
  configOf,
  build,
  save,
  load,
  ...described
}: TfjsNetwork<D, C, Config> & {
  name: Name;
  settings: Record<Exclude<keyof D, SettingName>, never>;
}): Network<D, C, Config> & { name: Name } {
  const restoredModel = async ({ weights, config }: SavedNetwork<Config>) => {
    const model = await build(config);
    try {
      await load(model, weights);
      return model;
    } catch (error) {
      model.dispose();
      throw error;
    }
  };
  return {
    ...described,
    // Muon is for networks that say which of their weights it is for.
    choices: { optimizer: plainOptimizers, ...described.choices } as unknown as C,
    engine: 'tensorflow.js',
    mirrors: true,
    versions: () => versionsOf([...own, ...packages]),
    async create({ settings, classNames, rng, start }) {
      // TensorFlow.js takes its time to load.
      const { TfjsLearner } = await import('@cifarlab/trainer/tfjs');
      const { createOptimizer } = await import('./create-optimizer.js');
      const config = configOf(settings, classNames);
      const model = await build(config, rng);
      try {
        if (start !== undefined) await load(model, start(await save(model)));
      } catch (error) {
        model.dispose();
        throw error;
      }
      const optimizer = createOptimizer(settings as OptimizerSettings);
      const { labelSmoothing, ...sizes } = settings as OptimizerSettings & TrainingSettings;
      const microBatch = microBatchOf(sizes);
      return {
        learner: new TfjsLearner({ model, optimizer, labelSmoothing, microBatch }),
        batches,
        save: async () => ({ weights: await save(model), config }),
        dispose() {
          model.dispose();
          optimizer.dispose();
        },
      };
    },
    async restore(saved) {
      const { TfjsLearner } = await import('@cifarlab/trainer/tfjs');
      const { SGD } = await import('@cifarlab/tfjs-ops');
      const model = await restoredModel(saved);
      // A learner has an optimizer, which evaluation does not use.
      const learner = new TfjsLearner({ model, optimizer: new SGD({ learningRate: 0 }) });
      return new TrainedTfjsNetwork(learner, batches, () => void model.dispose());
    },
    toLayersNetwork: async (saved) => ({ model: await restoredModel(saved), register }),
  };
}

/** A network in TensorFlow.js in evaluation mode. */
export class TrainedTfjsNetwork implements TrainedNetwork {
  readonly #learner: TfjsLearner;
  readonly #batches: TfjsBatches;
  readonly dispose: () => void;

  constructor(learner: TfjsLearner, batches: TfjsBatches, dispose: () => void) {
    this.#learner = learner;
    this.#batches = batches;
    this.dispose = dispose;
  }

  classify(split: DataSet, views: Views): AsyncIterable<ClassifiedBatch> {
    return classifyViews(this.#learner, this.#batches, split, views);
  }

  predict(image: Float32Array): Awaitable<ArrayLike<number>> {
    const { images, shape } = this.#batches.single(image);
    return this.#learner.predict(images, shape);
  }
}
