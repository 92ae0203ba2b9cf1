import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DataSet } from '@cifarlab/cifar10';
import type { TrainedNetwork, Views } from '../networks/network.js';
import { named, sentence } from '../settings/sentence.js';
import { RunError } from './run-error.js';

/** Remedy for weights that have diverged. */
export const trainSlower = sentence`train again with a smaller ${named('learningRate')}`;

/** The accuracy of a network on a split. */
export interface SplitResult {
  /** Images. */
  count: number;
  /** Mean cross-entropy in nats. */
  loss: number;
  /** 0 to 1. */
  accuracy: number;
  /** `confusion[i][j]` images of class i were taken for class j. */
  confusion: number[][];
  /** The result for each image, in file order. */
  images: ClassifiedImages;
}

/** The classes of images beside those that a network took them for. */
export interface ClassifiedImages {
  /** [count] */
  classes: Uint8Array;
  /** [count] */
  predicted: Uint8Array;
  /** [count, classes], row-major. */
  probabilities: Float32Array;
}

/**
 * Runs the network over every image of the split, or the first of them, in evaluation mode; timers and signals have their turn in between.
 *
 * @param signal ends it between two batches.
 * @param most images after which it ends, with the batch that they are in.
 * @throws RunError, `diverged`, when an output is NaN or infinite, which is not a prediction; what the
 *   signal was aborted with.
 */
export async function classifySplit(
  network: TrainedNetwork,
  split: DataSet,
  numClasses: number,
  views: Views,
  signal?: AbortSignal,
  most = split.numExamples,
): Promise<SplitResult> {
  const confusion = Array.from({ length: numClasses }, () => new Array<number>(numClasses).fill(0));
  const totals = { count: 0, loss: 0, correct: 0 };
  const images: ClassifiedImages = {
    classes: new Uint8Array(split.numExamples),
    predicted: new Uint8Array(split.numExamples),
    probabilities: new Float32Array(split.numExamples * numClasses),
  };
  for await (const { count, loss, correct, predicted, probabilities, classes } of network.classify(split, views)) {
    if (!Number.isFinite(loss)) {
      throw new RunError({
        code: 'diverged',
        rule: `the network's loss is ${loss} on these images: its weights have diverged`,
        remedy: trainSlower,
      });
    }
    images.classes.set(classes, totals.count);
    images.predicted.set(predicted, totals.count);
    images.probabilities.set(probabilities, totals.count * numClasses);
    totals.count += count;
    totals.loss += loss;
    totals.correct += correct;
    await nextTurn();
    signal?.throwIfAborted();
    for (let i = 0; i < count; i++) confusion[classes[i]!]![predicted[i]!]! += 1;
    if (totals.count >= most) break;
  }
  const { count, loss, correct } = totals;
  return {
    count,
    loss: loss / count,
    accuracy: correct / count,
    confusion,
    images: firstOf(images, count, numClasses),
  };
}

function firstOf({ classes, predicted, probabilities }: ClassifiedImages, count: number, numClasses: number) {
  return {
    classes: classes.subarray(0, count),
    predicted: predicted.subarray(0, count),
    probabilities: probabilities.subarray(0, count * numClasses),
  };
}
