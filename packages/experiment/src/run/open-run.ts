import { type MetricsLine, readMetrics } from '@cifarlab/trainer/node';
import type { Network } from '../networks/network.js';
import { networks as builtInNetworks } from '../networks/registry.js';
import type { Picture } from '../pictures/decode-picture.js';
import type { RunConfig } from '../records/run-config.js';
import type { RunResult } from '../records/run-result.js';
import type { TrainingSettings } from '../settings/network-settings.js';
import { named, sentence } from '../settings/sentence.js';
import { SettingError } from '../settings/setting-error.js';
import { isSaved } from './claim-run.js';
import { startUsing } from './engine.js';
import { type EvaluateOptions, type Evaluation, evaluate } from './evaluate.js';
import type { UseEvent } from './events.js';
import type { RunOptions } from './options.js';
import { type PictureClassifier, pictureClassifier } from './picture-classifier.js';
import { type Prediction, type PredictOptions, predict } from './predict.js';
import { RunError } from './run-error.js';
import type { RunFiles } from './run-files.js';
import { openRunFolder, readResult } from './run-folder.js';
import { type CheckpointName, type RestoredNetwork, readNetworkOf, restoreNetwork } from './saved-network.js';

/** Options of {@link openRun}. */
export interface OpenRunOptions extends RunOptions {
  /** Is told what happens when the run is used: what computes, how the images are found, what to beware of. */
  onEvent?: ((event: UseEvent) => void) | undefined;
}

/**
 * Opens an earlier run, whether its training has ended or not.
 *
 * @param path its folder.
 * @throws RunError, `not-a-run`, when it is not one; RecordError when its record cannot be understood.
 */
export async function openRun(path: string, options: OpenRunOptions = {}): Promise<OpenedRun> {
  const { folder, config, network } = await openRunFolder(path, options.networks);
  return new OpenedRun(folder, config, network, options);
}

/** A run in its folder, to be read and used. The network and its engine are loaded when they are first needed. */
export class OpenedRun {
  /** The places in its folder. */
  readonly folder: RunFiles;
  /** Its record, `config.json`. */
  readonly config: RunConfig;
  /** The network that is trained in it. */
  readonly network: Network;
  readonly #options: OpenRunOptions;
  readonly #restored = new Map<CheckpointName | undefined, Promise<RestoredNetwork>>();
  #started: Promise<void> | undefined;

  constructor(folder: RunFiles, config: RunConfig, network: Network, options: OpenRunOptions) {
    this.folder = folder;
    this.config = config;
    this.network = network;
    this.#options = options;
  }

  /** The settings of its training. */
  get settings(): TrainingSettings {
    return this.config.settings;
  }

  /** Side of the images that its network takes, in pixels: 32, or that which pictures of one's own were scaled to. */
  get imageSide(): number {
    return this.config.data.side ?? 32;
  }

  /**
   * Reads its numbers, `metrics.jsonl`, in the order of the steps.
   *
   * @throws MetricsError when they cannot be understood.
   */
  metrics(): Promise<MetricsLine[]> {
    return readMetrics(this.folder.metrics);
  }

  /**
   * Reads how its training ended.
   *
   * @returns undefined where it has not, or left no record of how.
   * @throws RecordError when the record cannot be understood.
   */
  result(): Promise<RunResult | undefined> {
    return readResult(this.folder);
  }

  /** Lists its checkpoints: `best` is there where validation images were held out, and is used then. */
  async checkpoints(): Promise<CheckpointName[]> {
    const { best, last } = this.folder;
    const names: CheckpointName[] = [];
    if (await isSaved(best)) names.push('best');
    if (await isSaved(last)) names.push('last');
    return names;
  }

  /**
   * Evaluates the network on every image of a split, as the run split them.
   *
   * @throws SettingError when the part of the images is not in (0, 1], or is given without views; RunError:
   *   `no-mirror`, `other-classes`, `empty-split`, `diverged`, `damaged`; CheckpointError or RecordError when its
   *   checkpoint cannot be read; EngineError, Cifar10Error when engine or images are not available.
   */
  async evaluate(options: EvaluateOptions = {}): Promise<Evaluation> {
    this.#checkViews(options);
    return evaluate(this, await this.#restore(options.checkpoint), options, this.#options);
  }

  /**
   * Classifies a picture of any size; the dataset is not needed.
   *
   * @param picture a file of a picture, its content, or what `decodePicture` made of it at `imageSide`.
   * @returns the classes, the likeliest first.
   * @throws RunError: `not-a-picture`, `diverged`, `damaged`; as `evaluate` for network and engine; system errors when a
   *   file cannot be read.
   */
  async predict(picture: string | Uint8Array | Picture, options: PredictOptions = {}): Promise<Prediction[]> {
    return predict(this.folder.path, await this.#restore(options.checkpoint), picture);
  }

  /**
   * Loads the network to classify pictures, many at a time.
   *
   * @throws as `evaluate`, without images.
   */
  async classifier(options: PredictOptions = {}): Promise<PictureClassifier> {
    return pictureClassifier(this.folder.path, await this.#restore(options.checkpoint));
  }

  /** Gives back the memory of its networks; a later use loads them again. */
  async close(): Promise<void> {
    const restored = [...this.#restored.values()];
    this.#restored.clear();
    for (const one of await Promise.allSettled(restored)) {
      if (one.status === 'fulfilled') one.value.trained.dispose?.();
    }
  }

  #checkViews({ mirror = false, shift = false, leastSure }: EvaluateOptions): void {
    if (leastSure !== undefined && !(leastSure > 0 && leastSure <= 1)) {
      throw new SettingError({
        setting: 'leastSure',
        value: leastSure,
        rule: 'must be a number above 0 and up to 1',
        remedy: 'use 0.25, for example',
      });
    }
    if (leastSure !== undefined && !mirror && !shift) {
      throw new SettingError({
        setting: 'leastSure',
        value: leastSure,
        rule: 'says which images have other views, and none are asked for',
        remedy: sentence`add ${named('mirror')} or ${named('shift')}`,
      });
    }
    const { name, mirrors } = this.network;
    if (mirrors || !(mirror || shift)) return;
    const able = (this.#options.networks ?? builtInNetworks).filter((network) => network.mirrors);
    throw new RunError({
      code: 'no-mirror',
      rule: sentence`${named(mirror ? 'mirror' : 'shift')} is for networks in TensorFlow.js (${able.map((network) => network.name).join(', ')})`,
      remedy: `this one is ${name}`,
    });
  }

  async #restore(checkpoint: CheckpointName | undefined): Promise<RestoredNetwork> {
    this.#started ??= this.#start();
    await this.#started;
    const restored = this.#restored.get(checkpoint) ?? this.#read(checkpoint);
    this.#restored.set(checkpoint, restored);
    return restored;
  }

  async #start(): Promise<void> {
    const { engine: choice = {}, onEvent } = this.#options;
    const engine = await startUsing(this.network, choice);
    onEvent?.({ type: 'engine', engine, choice, recorded: undefined });
  }

  async #read(checkpoint: CheckpointName | undefined): Promise<RestoredNetwork> {
    const stored = await readNetworkOf(this.folder, this.#options.networks ?? builtInNetworks, checkpoint);
    return { stored, trained: await restoreNetwork(stored) };
  }
}
