import type { ClassifiedImages } from '../run/classify-split.js';

/** An image that a network classified. */
export interface Sample {
  /** Its place in the split, from 0, in file order. */
  index: number;
  /** Its class. */
  truth: number;
  /** The class it was taken for. */
  predicted: number;
  /** Probabilities of the classes, in their order. */
  probabilities: number[];
}

/** Returns the first image of each class that was recognised, so that nothing is picked by its looks. */
export function firstRight(images: ClassifiedImages, numClasses: number): Sample[] {
  const { classes, predicted } = images;
  return Array.from({ length: numClasses }, (_, label) => {
    return classes.findIndex((truth, i) => truth === label && predicted[i] === label);
  })
    .filter((index) => index >= 0)
    .map((index) => sampleOf(images, index));
}

/**
 * Returns the wrong predictions that the network was surest of, the surest first; of equally sure ones the first in the
 * file.
 */
export function surestMistakes(images: ClassifiedImages, count: number): Sample[] {
  const { classes, predicted } = images;
  const wrong = Array.from(classes.keys()).filter((index) => predicted[index] !== classes[index]);
  return wrong
    .map((index) => sampleOf(images, index))
    .sort((a, b) => b.probabilities[b.predicted]! - a.probabilities[a.predicted]! || a.index - b.index)
    .slice(0, count);
}

function sampleOf({ classes, predicted, probabilities }: ClassifiedImages, index: number): Sample {
  const numClasses = probabilities.length / classes.length;
  return {
    index,
    truth: classes[index]!,
    predicted: predicted[index]!,
    probabilities: Array.from(probabilities.subarray(index * numClasses, (index + 1) * numClasses)),
  };
}
