import { networks as builtInNetworks } from '../networks/registry.js';
import type { RunOptions } from '../run/options.js';
import { openRunFolder } from '../run/run-folder.js';
import { readNetworkOf } from '../run/saved-network.js';
import { classifyTest } from './inspect-network.js';
import { type NetworkSources, sourcesOf } from './network-sources.js';

/** Results of a network on the first test images. */
export interface TestSample {
  /** The step of the checkpoint. */
  step: number;
  /** Images. */
  count: number;
  /** Part of them that is classified correctly. */
  accuracy: number;
  /** The same by class. */
  classes: { name: string; count: number; correct: number }[];
  /** Side of the images, in pixels. */
  side: number;
  /** The very first ones: always the same, so that one can see what the network learns. */
  predictions: {
    /** The pixels as bytes, [3, side, side]. */
    pixels: Uint8Array;
    truth: string;
    predicted: string;
    /** Probability of the predicted class. */
    probability: number;
  }[];
}

/** Options of {@link TestSampler}. */
export interface TestSamplerOptions extends Omit<RunOptions, 'command'> {
  /** Images that are classified, at least. Default: 1000. */
  count?: number;
}

/** Predictions that are kept. */
const PREDICTIONS = 12;

/** Classifies the first test images with the networks of runs as they are saved now. The images are loaded once. */
export class TestSampler {
  readonly #options: TestSamplerOptions;
  readonly #sources: NetworkSources;

  constructor(options: TestSamplerOptions = {}) {
    this.#options = options;
    this.#sources = sourcesOf(options, () => {});
  }

  /**
   * Classifies with the last checkpoint of a run.
   *
   * @param path the run's folder.
   * @throws RunError, RecordError or CheckpointError when there is no such network; RunError, `other-images`, where the
   *   images are not the run's; Cifar10Error, EngineError when images or engine are not available.
   */
  async classify(path: string): Promise<TestSample> {
    const { networks = builtInNetworks, count: most = 1000 } = this.#options;
    const run = await openRunFolder(path, networks);
    const stored = await readNetworkOf(run.folder, [run.network], 'last');
    const { result, split, classNames } = await classifyTest(run, stored, this.#sources, most);
    const { count, accuracy, confusion, images } = result;
    const { classes, predicted, probabilities } = images;
    return {
      ...{ step: stored.step, count, accuracy, side: split.side },
      classes: confusion.map((row, label) => ({
        name: classNames[label]!,
        count: row.reduce((sum, one) => sum + one, 0),
        correct: row[label]!,
      })),
      predictions: Array.from({ length: Math.min(PREDICTIONS, count) }, (_, i) => ({
        pixels: split.pixels(i),
        truth: classNames[classes[i]!]!,
        predicted: classNames[predicted[i]!]!,
        probability: probabilities[i * classNames.length + predicted[i]!]!,
      })),
    };
  }
}
