import {
  losses,
  oneHot,
  type Scalar,
  type Tensor2D,
  type Tensor4D,
  transpose,
  type Variable,
  variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { torchEntries } from '../../src/index.js';
import { type Summary, summary, summaryError } from './summary.js';

/** Results of one training step of a classifier, as in the golden values. */
export interface TrainingSummary {
  /** Row-major, [batch, numClasses]. */
  logits: Float32Array;
  /** The mean cross-entropy. */
  loss: number;
  /** Gradients of the images, `x`, and of the parameters, by their names and in their layouts in PyTorch. */
  gradients: Record<string, Summary>;
  /** Running statistics after the step, by their names in PyTorch. */
  statistics: Record<string, Summary>;
}

/**
 * Computes the loss and all gradients of a model in training, as a reference in PyTorch does.
 *
 * @param images [batch, height, width, channels].
 * @param labels classes from 0, one for each image.
 */
export function trainingSummary(model: LayersModel, images: Tensor4D, labels: readonly number[]): TrainingSummary {
  const x = variable(images);
  const variables = model.trainableWeights.map((weight) => weight.read() as Variable);
  let logits = new Float32Array();
  const { value, grads } = variableGrads(() => {
    const output = model.apply(x, { training: true, step: 1 }) as Tensor2D;
    logits = output.dataSync<'float32'>().slice();
    const targets = oneHot([...labels], output.shape[1]);
    return losses.softmaxCrossEntropy(targets, output) as Scalar;
  }, [...variables, x]);

  const channelsFirst = transpose(grads[x.name]!, [0, 3, 1, 2]);
  const gradients: TrainingSummary['gradients'] = { x: summary(channelsFirst.dataSync()) };
  const statistics: TrainingSummary['statistics'] = {};
  for (const { name, weight, toTorch } of torchEntries(model)) {
    const gradient = grads[weight.name];
    if (gradient !== undefined) gradients[name] = summary(toTorch(gradient.dataSync()));
    else statistics[name] = summary(toTorch(weight.read().dataSync()));
  }
  const loss = value.dataSync()[0]!;
  for (const tensor of [x, value, channelsFirst, ...Object.values(grads)]) tensor.dispose();
  return { logits, loss, gradients, statistics };
}

/**
 * Returns the errors of summaries, those that are not there included, largest first.
 *
 * @param floor as in {@link summaryError}.
 */
export function summaryErrors(
  found: Readonly<Record<string, Summary>>,
  expected: Readonly<Record<string, readonly number[]>>,
  floor = 0,
): { name: string; error: number }[] {
  const names = new Set([...Object.keys(found), ...Object.keys(expected)]);
  const errorOf = (name: string) => {
    const [one, other] = [found[name], expected[name]];
    return one && other ? summaryError(one, other as Summary, floor) : Number.POSITIVE_INFINITY;
  };
  return [...names].map((name) => ({ name, error: errorOf(name) })).sort((a, b) => b.error - a.error);
}
