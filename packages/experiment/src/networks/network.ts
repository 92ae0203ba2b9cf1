import type { DataSet } from '@cifarlab/cifar10';
import type { EngineFamily, TrainableNetworks } from '@cifarlab/engines';
import type { RandomState } from '@cifarlab/numpy-random';
import type { Awaitable, Learner } from '@cifarlab/trainer';
import type { Checkpoint } from '@cifarlab/trainer/node';
import type { GenericSchema } from 'valibot';
import type { Sentence } from '../settings/sentence.js';
import type { TrainingSettings } from '../settings/training-settings.js';
import type { Batches } from './batches.js';

/** Weights by name, as a checkpoint holds them. */
export type Weights = Checkpoint['model'];

/** A network as a checkpoint holds it. */
export interface SavedNetwork<Config extends object = object> {
  weights: Weights;
  /** What the network can be made of again, without its weights: its shape and options, as JSON. */
  config: Config;
}

/** What is trained in a run, and how it takes images. */
export interface Trainee<B = unknown> {
  learner: Learner<B>;
  batches: Batches<B>;
  /** Describes the network as it is now. */
  save(): Awaitable<SavedNetwork>;
}

/** The result of a network on a batch; the sums are over its `count` images. */
export interface ClassifiedBatch {
  count: number;
  /** Sum of the cross-entropies, in nats. */
  loss: number;
  correct: number;
  /** The class that each image was taken for; the number of classes where an output is NaN. */
  predicted: ArrayLike<number>;
  /** Of the classes for each image, [count, classes], row-major. */
  probabilities: Float32Array;
  /** The class of each image. */
  classes: ArrayLike<number>;
}

/** A trained network in evaluation mode, on any engine. */
export interface TrainedNetwork {
  /**
   * Classifies every image of a split once, in file order.
   *
   * @param options.mirror the logits are averaged over each image and its mirror image; of networks that can.
   */
  classify(split: DataSet, options: { mirror: boolean }): Iterable<ClassifiedBatch>;
  /** Returns the probabilities of the classes for one preprocessed image, [3, 32, 32]. */
  predict(image: Float32Array): ArrayLike<number>;
}

/** What a new network is made from. */
export interface NewNetwork<Settings> {
  settings: Settings;
  /** Of the dataset, indexed by class number. */
  classNames: readonly string[];
  /** Draws the batches too, after the weights. */
  rng: RandomState;
}

/** The weights that a report draws as pictures. */
export interface FirstLayer {
  /** The name of the weights: [units, 3072] or [units, 3, side, side]. */
  weights: string;
  /** What the layer is called. */
  name: string;
  /** The name of the next layer's weights; where a network has none, each unit of the first one is a class. */
  next?: string;
}

/** The settings of a network, as a run needs them. */
export interface NetworkSettings<Settings extends TrainingSettings = TrainingSettings> {
  /** What a run's `config.json` must hold as its settings. */
  readonly schema: GenericSchema<unknown, Settings>;
  /** Fills in what is not given: from the preset that is given, else from the practical's defaults. */
  complete(given: Partial<Settings>): Settings;
  /** Checks rules that concern several settings at once. @throws SettingError naming the settings. */
  check(settings: Settings): void;
}

/**
 * A network that runs can train: all that is special about it, in one value. Its code is loaded when it is first made, so
 * that naming it costs nothing.
 */
export interface Network<Settings extends TrainingSettings = TrainingSettings, Config extends object = object> {
  /** In `config.json`, in names of folders and on the command line: lower case, digits and dashes. */
  readonly name: string;
  /** One line for lists, without the dot. */
  readonly description: string;
  /** What it computes with. */
  readonly engine: EngineFamily;
  /** What an engine must be able to train for it. */
  readonly needs: TrainableNetworks;
  readonly settings: NetworkSettings<Settings>;
  /** The names and versions of the packages that shape its numbers, for `config.json`. */
  versions(): Record<string, string>;
  /** Returns what a newcomer may trip over, said before the run rather than after it. */
  warnings?(settings: Settings): Sentence[];
  /** Returns the fewest images that it can learn from: 2 where statistics are taken over the batch. Default: 1. */
  smallestBatch?(settings: Settings): number;
  /** Estimates the bytes that a training step with so many images takes on the CPU. Default: nothing is known. */
  stepBytes?(settings: Settings): Awaitable<(batchSize: number) => number>;
  /** Makes the network with the weights to start from; its engine has been started. */
  create(from: NewNetwork<Settings>): Awaitable<Trainee>;
  /** What a saved network's `config` must be. */
  readonly config: GenericSchema<unknown, Config>;
  /** Returns the number of classes of a saved network. */
  classes(config: Config): number;
  /** Returns the units of a saved network from layer to layer, inputs and classes included, where these say its size. */
  layers?(config: Config): readonly number[];
  /** Makes a saved network again; its engine has been started. */
  restore(saved: SavedNetwork<Config>): Awaitable<TrainedNetwork>;
  /** Whether it can average over an image and its mirror image. */
  readonly mirrors: boolean;
  /** Whether it classifies ten thousand images in a second or two, so that the report of a run may try them at its end. */
  readonly isQuick: boolean;
  /** What a report draws of its weights. Default: nothing. */
  readonly firstLayer?: FirstLayer;
}
