import { named, sentence } from '../settings/sentence.js';
import { classifySplit } from './classify-split.js';
import { imageFormat, loadDataset, otherImages, requireSameClasses } from './dataset.js';
import type { UseEvent } from './events.js';
import type { DataChoice } from './options.js';
import { RunError } from './run-error.js';
import type { RecordedFolder } from './run-folder.js';
import type { CheckpointName, RestoredNetwork } from './saved-network.js';

/** The images of a run: those it is trained on, those it chooses by, and those it is measured on. */
export type SplitName = 'train' | 'validation' | 'test';

/** Options of an evaluation. */
export interface EvaluateOptions {
  /** The images, as the run split them. Default: `test`. */
  split?: SplitName | undefined;
  /** Whether the outputs are averaged over each image and its mirror image. Default: false. */
  mirror?: boolean | undefined;
  /** Whether they are averaged over the image shifted by a pixel too, up and left, and down and right. Default: false. */
  shift?: boolean | undefined;
  /**
   * The part of the images that other views are taken of, above 0 and up to 1: those that the network is least sure of by
   * the image alone. Default: 1, all of them.
   */
  leastSure?: number | undefined;
  /** Default: `best` where there is one, else `last`. */
  checkpoint?: CheckpointName | undefined;
  /** Ends it between two batches; the reason of the abort is thrown. */
  signal?: AbortSignal | undefined;
}

/** The accuracy of a trained network on a split. */
export interface Evaluation {
  /** The run's folder. */
  run: string;
  /** The images. */
  split: SplitName;
  /** Whether the outputs were averaged over each image and its mirror image. */
  mirror: boolean;
  /** Whether they were averaged over shifted images. */
  shift: boolean;
  /** The part of the images that other views were taken of. */
  leastSure: number;
  /** Step of the checkpoint. */
  step: number;
  /** Images. */
  count: number;
  /** Mean cross-entropy in nats. */
  loss: number;
  /** 0 to 1. */
  accuracy: number;
  /** Names of the classes, indexed by class number. */
  classNames: readonly string[];
  /** `confusion[i][j]` images of class i were taken for class j. */
  confusion: readonly (readonly number[])[];
  /** The content's digest of these images. */
  dataDigest: string;
  /** Digest of the images that the run was made with; null where the run does not say. */
  runDataDigest: string | null;
}

/** Source of an evaluation's images, and the listener to its events. */
interface Surroundings {
  data?: DataChoice | undefined;
  onEvent?: ((event: UseEvent) => void) | undefined;
}

/** Evaluates the network of a run: see `OpenedRun.evaluate`. */
export async function evaluate(
  { folder: { path }, config, network }: RecordedFolder,
  { stored, trained }: RestoredNetwork,
  { split = 'test', mirror = false, shift = false, leastSure = 1, signal }: EvaluateOptions,
  { data: choice = {}, onEvent }: Surroundings,
): Promise<Evaluation> {
  const { classNames, step } = stored;
  const { seed, validationSize } = config.settings;
  const format = imageFormat(network, config.settings);
  const tell = onEvent ?? (() => {});
  const data = await loadDataset(choice, { seed, validationSize, format, run: path, ...(signal && { signal }) }, tell);
  requireSameClasses(data, classNames, path);
  const difference = otherImages(data, config.data);
  if (difference !== undefined) {
    const message = sentence`${path} ${difference}; this accuracy is on these. Give the run's own with ${named('dataDir')}`;
    tell({ type: 'warning', code: 'other-images', message });
  }
  const images = data[split];
  if (images.numExamples === 0) {
    throw new RunError({
      code: 'empty-split',
      rule: sentence`${named('split', split)} is empty in ${path}, which held out no images`,
      remedy: sentence`use ${named('split', 'test')}`,
    });
  }
  const { count, loss, accuracy, confusion } = await classifySplit(
    trained,
    images,
    classNames.length,
    { mirror, shift, leastSure },
    signal,
  );
  return {
    run: path,
    split,
    mirror,
    shift,
    leastSure,
    step,
    count,
    loss,
    accuracy,
    classNames,
    confusion,
    dataDigest: data.contentDigest,
    runDataDigest: config.data.digest ?? null,
  };
}
