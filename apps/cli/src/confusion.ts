import type { DataSet } from '@cifarlab/cifar10';
import type { MlpLearner } from '@cifarlab/ndarray-mlp';
import { everyImage } from './dataset.js';
import { CliError } from './errors.js';

/** How a network does on a split. */
export interface SplitResult {
  count: number;
  /** Mean cross-entropy in nats. */
  loss: number;
  /** 0 to 1. */
  accuracy: number;
  /** `confusion[i][j]` images of class i were taken for class j. */
  confusion: number[][];
}

/**
 * Runs the network over every image of the split, in evaluation mode.
 *
 * @throws CliError when an output is NaN or infinite, which is no prediction.
 */
export function evaluateSplit(network: MlpLearner, split: DataSet, nClasses: number): SplitResult {
  const confusion = Array.from({ length: nClasses }, () => new Array<number>(nClasses).fill(0));
  const totals = { count: 0, loss: 0, correct: 0 };
  for (const batch of everyImage(split)) {
    const { count, loss, correct, predicted } = network.classify(batch);
    if (!Number.isFinite(loss)) {
      throw new CliError(
        `the network's loss is ${loss} on these images: its weights have diverged; train again with a smaller --learning-rate`,
      );
    }
    totals.count += count;
    totals.loss += loss;
    totals.correct += correct;
    predicted.forEach((guess, index) => {
      confusion[batch.classes[index]!]![guess]! += 1;
    });
  }
  const { count, loss, correct } = totals;
  return { count, loss: loss / count, accuracy: correct / count, confusion };
}
