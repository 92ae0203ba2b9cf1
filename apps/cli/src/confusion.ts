import type { DataSet } from '@cifarlab/cifar10';
import { argmax, type MLP, SoftMaxCrossEntropy } from '@cifarlab/ndarray-mlp';
import ndarray from 'ndarray';
import { everyImage } from './dataset.js';

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

/** Runs the network over every image of the split, in evaluation mode. */
export function evaluateSplit(model: MLP, split: DataSet, nClasses: number): SplitResult {
  const criterion = new SoftMaxCrossEntropy();
  const confusion = Array.from({ length: nClasses }, () => new Array<number>(nClasses).fill(0));
  const { dtype, nInputs } = model.config;
  const convert = (data: Float32Array) => (dtype === 'float64' ? Float64Array.from(data) : data);
  let loss = 0;
  for (const { images, labels, classes } of everyImage(split)) {
    const count = classes.length;
    const logits = model.forward(ndarray(convert(images.data), [count, nInputs]), 'evaluation');
    loss += count * criterion.forward(logits, ndarray(convert(labels.data), [count, nClasses]));
    argmax(logits).data.forEach((predicted, index) => {
      confusion[classes[index]!]![predicted]! += 1;
    });
  }
  const correct = confusion.reduce((sum, row, index) => sum + row[index]!, 0);
  return { count: split.numExamples, loss: loss / split.numExamples, accuracy: correct / split.numExamples, confusion };
}
