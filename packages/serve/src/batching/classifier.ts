import type { Prediction } from '@cifarlab/experiment';
import type { ImageNetwork } from '../image-network.js';
import { ServeError } from '../serve-error.js';

/**
 * Classifies a batch.
 *
 * @param pictures bytes [side, side, 3] of each.
 * @returns for each picture the classes, the likeliest first.
 * @throws ServeError, `network`, when there is not a logit that is a number for each class of each picture.
 */
export async function classify(network: ImageNetwork, pictures: readonly Uint8Array[]): Promise<Prediction[][]> {
  const { classNames, side } = network;
  const size = 3 * side * side;
  const pixels = new Uint8Array(pictures.length * size);
  pictures.forEach((picture, i) => {
    pixels.set(picture, i * size);
  });
  const logits = Float64Array.from(await network.logits(pixels, pictures.length));
  const expected = pictures.length * classNames.length;
  if (logits.length !== expected) {
    throw new ServeError(
      'network',
      `${network.name} gives ${logits.length} logits; expected ${expected}, one for each class`,
    );
  }
  if (logits.some(Number.isNaN)) {
    throw new ServeError(
      'network',
      `${network.name} gives logits that are not numbers; train it again with a lower rate`,
    );
  }
  return pictures.map((_, i) => {
    return ranked(classNames, softmax(logits.subarray(i * classNames.length, (i + 1) * classNames.length)));
  });
}

function ranked(classNames: readonly string[], probabilities: Float64Array): Prediction[] {
  const predictions = classNames.map((name, k) => ({ class: name, probability: probabilities[k]! }));
  return predictions.sort((a, b) => b.probability - a.probability);
}

function softmax(logits: Float64Array): Float64Array {
  const most = Math.max(...logits);
  const exponentials = logits.map((logit) => Math.exp(logit - most));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return exponentials.map((value) => value / sum);
}
