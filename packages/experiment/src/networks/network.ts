import type { DataSet } from '@cifarlab/cifar10';
import type { EngineFamily, TrainableNetworks } from '@cifarlab/engines';
import type { RandomState } from '@cifarlab/numpy-random';
import type { Awaitable, Learner } from '@cifarlab/trainer';
import type { Checkpoint } from '@cifarlab/trainer/node';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { GenericSchema } from 'valibot';
import type { Dataset, ImageFormat } from '../images/dataset.js';
import type { Choices, Defaults, NetworkSettings, ValuesOf } from '../settings/network-settings.js';
import type { SettingName } from '../settings/table.js';
import type { Batches } from './batches.js';
import type { Progress } from './progress.js';

/** Weights by name, as a checkpoint holds them. */
export type Weights = Checkpoint['model'];

/** A network as a checkpoint holds it. */
export interface SavedNetwork<Config extends object = object> {
  /** Weights by name. */
  weights: Weights;
  /** Description from which the network can be made again, without its weights: its shape and options, as JSON. */
  config: Config;
}

/** Facts that a run records about a network beside its settings, by names that a page can show. */
export type NetworkFacts = Readonly<Record<string, string | number>>;

/** The learner of a run, and how it takes images. */
export interface Trainee<B = unknown> {
  /** The learner, which learns from a batch. */
  learner: Learner<B>;
  /** Form in which it takes images. */
  batches: Batches<B>;
  /** Describes the network as it is now. */
  save(): Awaitable<SavedNetwork>;
  /** Facts to record about it: where its weights come from, say. In a continued run, those that may have changed. */
  readonly facts?: NetworkFacts;
  /** Gives back the memory that it has outside of JavaScript's. */
  dispose?(): void;
}

/** The result of a network on a batch; the sums are over its `count` images. */
export interface ClassifiedBatch {
  /** Images in the batch. */
  count: number;
  /** Sum of the cross-entropies, in nats. */
  loss: number;
  /** Images that were classified correctly. */
  correct: number;
  /** The class that each image was taken for; the number of classes where an output is NaN. */
  predicted: ArrayLike<number>;
  /** Probabilities of the classes for each image, [count, classes], row-major. */
  probabilities: Float32Array;
  /** The class of each image. */
  classes: ArrayLike<number>;
}

/** Views of an image over which the logits are averaged, beside the image itself. */
export interface Views {
  /** Its mirror image. */
  mirror: boolean;
  /** The image shifted by a pixel up and left, and down and right; with `mirror`, their mirror images too. */
  shift?: boolean;
  /** The part of a split's images, those that the network is least sure of, that have other views. Default 1: all. */
  leastSure?: number;
}

/** A trained network in evaluation mode, on any engine. */
export interface TrainedNetwork {
  /** Classifies every image of a split once, in file order. @param views are for networks that can take them. */
  classify(split: DataSet, views: Views): Iterable<ClassifiedBatch> | AsyncIterable<ClassifiedBatch>;
  /** Returns the probabilities of the classes for one preprocessed image, [3, 32, 32]. */
  predict(image: Float32Array): Awaitable<ArrayLike<number>>;
  /** Gives back the memory that it has outside of JavaScript's. */
  dispose?(): void;
}

/** A saved network as a model of tf.layers. */
export interface LayersNetwork {
  /** Takes images as the network does, prepared, and gives logits. */
  model: LayersModel;
  /** Side that it sees images at, in pixels. Default: their own. */
  resolution?: number;
  /** The module that makes `tf.loadLayersModel` know its layers. */
  register: string;
}

/** Ingredients of a new network. */
export interface NewNetwork<Settings> {
  /** The settings of its training, every default filled in. */
  settings: Settings;
  /** Names of the dataset's classes, indexed by class number. */
  classNames: readonly string[];
  /** Draws the batches too, after the weights. */
  rng: RandomState;
  /** The dataset that it will be trained on. */
  data: Dataset;
  /** The folder for what is kept between runs, and whether the network is off; as `loadCifar10` takes them. */
  cache: { cacheDir?: string | undefined; offline?: boolean | undefined };
  /**
   * Reads, in a continued run, the network that the run has saved, weights included. The learner is then given its
   * state.
   *
   * @throws RecordError or RunError when the checkpoint's parts do not fit together.
   */
  saved: (() => SavedNetwork) | undefined;
  /**
   * Puts trained weights, which a new run was asked to start from with the setting `from`, in the place of those that the
   * network was made with. A network without that setting is never given any.
   *
   * @param own all weights of the new network, as `save` of its trainee names them, in the order of its layers. The last
   *   layer is linear.
   * @throws SettingError when they are those of another network.
   */
  start: ((own: Weights) => Weights) | undefined;
  /** Ends the work. */
  signal: AbortSignal;
  /** Is told what takes its time. */
  tell: (progress: Progress) => void;
}

/** The weights that a report draws as pictures. */
export interface FirstLayer {
  /** The name of the weights: [units, 3072] or [units, 3, side, side]. */
  weights: string;
  /** Name of the layer. */
  name: string;
  /** The name of the next layer's weights; without a next layer each unit of the first one is a class. */
  next?: string;
}

/**
 * A network that runs can train: all that is special about it, in one value. Its code is loaded when it is first made, so
 * that naming it costs nothing.
 */
export interface Network<D extends Defaults = Defaults, C extends Choices = Choices, Config extends object = object>
  extends NetworkSettings<D, C> {
  /** Description of the network, in a line. */
  readonly description: string;
  /** Family of the engines that it computes with. */
  readonly engine: EngineFamily;
  /** Networks that an engine must be able to train to train this one. */
  readonly needs: TrainableNetworks;
  /** Returns the versions of the packages that shape its numbers, by name, for `config.json`. */
  versions(): Record<string, string>;
  /** Says how it takes images. Default: as its setting `standardize` says, pictures of one's own at 32x32. */
  images?(settings: ValuesOf<D, C>): ImageFormat;
  /** Estimates the bytes that a training step with so many images takes on the CPU. Default: nothing is known. */
  stepBytes?(settings: ValuesOf<D, C>): Awaitable<(batchSize: number) => number>;
  /** Makes the network with the weights to start from; its engine has been started. */
  create(from: NewNetwork<ValuesOf<D, C>>): Awaitable<Trainee>;
  /** Schema of a saved network's `config`. */
  readonly config: GenericSchema<unknown, Config>;
  /** Returns the number of classes of a saved network. */
  classes(config: Config): number;
  /** Returns the units of a saved network from layer to layer, inputs and classes included, where these say its size. */
  layers?(config: Config): readonly number[];
  /** Makes a saved network again; its engine has been started. */
  restore(saved: SavedNetwork<Config>): Awaitable<TrainedNetwork>;
  /** Makes a saved network again as a model of tf.layers, for export; a backend of TensorFlow.js is there. Default: it cannot be. */
  toLayersNetwork?(saved: SavedNetwork<Config>): Awaitable<LayersNetwork>;
  /** Whether it can average over views of an image. */
  readonly mirrors: boolean;
  /** Whether it classifies ten thousand images in a second or two, so that the report of a run may try them at its end. */
  readonly isQuick: boolean;
  /** The layer whose weights a report draws. Default: none. */
  readonly firstLayer?: FirstLayer;
}

/** Defines a network; its type keeps its name, and the names and values of its settings. */
export function defineNetwork<
  const Name extends string,
  const D extends Defaults,
  const C extends Choices = Choices,
  Config extends object = object,
>(
  network: Network<D, C, Config> & { name: Name; settings: Record<Exclude<keyof D, SettingName>, never> },
): Network<D, C, Config> & { name: Name } {
  return network;
}
