import type { Cifar10 } from '@cifarlab/cifar10';
import { SGD } from '@cifarlab/tfjs-ops';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';

type Batch = ReturnType<Cifar10['train']['nextBatch']>;

const N_INPUTS = 3072;

/** Computes the mean softmax cross-entropy and correct predictions of a batch of images, flattened in CHW order. */
function lossOf(
  model: LayersModel,
  { images, labels }: Batch,
  kwargs: object,
): { loss: tf.Scalar; logits: tf.Tensor2D } {
  const S = images.shape[0]!;
  const logits = model.apply(tf.tensor2d(images.data as Float32Array, [S, N_INPUTS]), kwargs) as tf.Tensor2D;
  const targets = tf.tensor2d(labels.data as Float32Array, [S, 10]);
  const logProbabilities = tf.logSoftmax(logits);
  return { loss: tf.neg(tf.mean<tf.Scalar>(tf.sum(tf.mul(targets, logProbabilities), 1))), logits };
}

/** Trains with plain SGD; the losses are those before each step's update. */
export function train(
  model: LayersModel,
  { train }: Cifar10,
  { steps, batchSize, learningRate }: { steps: number; batchSize: number; learningRate: number },
): number[] {
  const optimizer = new SGD({ learningRate });
  const losses: number[] = [];
  for (let step = 1; step <= steps; step++) {
    const batch = train.nextBatch(batchSize);
    tf.tidy(() => {
      const { value, grads } = optimizer.computeGradients(() => lossOf(model, batch, { training: true, step }).loss);
      optimizer.applyGradients(grads);
      losses.push(value.dataSync()[0]!);
    });
  }
  optimizer.dispose();
  return losses;
}

/** Loss and accuracy over every image of the test set. */
export function evaluate(model: LayersModel, { test }: Cifar10, batchSize: number): { loss: number; accuracy: number } {
  let [loss, correct] = [0, 0];
  for (const batch of test.batches(batchSize)) {
    const S = batch.images.shape[0]!;
    tf.tidy(() => {
      const result = lossOf(model, batch, {});
      loss += result.loss.dataSync()[0]! * S;
      const hits = tf.equal(tf.argMax(result.logits, 1), tf.tensor1d(batch.classes, 'int32'));
      correct += tf.sum(hits).dataSync()[0]!;
    });
  }
  return { loss: loss / test.numExamples, accuracy: correct / test.numExamples };
}

/** Computes max|a − b| / |b| over pairs. */
export function largestRelativeDifference(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]!) / Math.abs(b[i]!)));
}
