import { unlabelledSplit } from '@cifarlab/cifar10';
import { trainSlower } from './classify-split.js';
import { RunError } from './run-error.js';
import type { RestoredNetwork } from './saved-network.js';

/** A trained network that classifies decoded pictures, many at a time. */
export interface PictureClassifier {
  /** Names of the classes, indexed by class number. */
  readonly classNames: readonly string[];
  /** Side of the pictures that it takes, in pixels. */
  readonly side: number;
  /** The step that its checkpoint was saved at. */
  readonly step: number;
  /**
   * Returns the probabilities of the classes for each picture, [classes].
   *
   * @param pictures bytes [3, side, side] of each, as `decodePicture` gives them.
   * @throws RunError, `diverged`, where they are not numbers; RangeError for a picture of another size.
   */
  probabilities(pictures: readonly Uint8Array[]): Promise<Float32Array[]>;
}

/** @param run its folder, for messages. */
export function pictureClassifier(run: string, { stored, trained }: RestoredNetwork): PictureClassifier {
  const { preprocessing, classNames, imageSide: side, step } = stored;
  const numClasses = classNames.length;
  return {
    ...{ classNames, side, step },
    async probabilities(pictures) {
      const rows: Float32Array[] = [];
      const split = unlabelledSplit(pictures, { preprocessing, side, numClasses });
      for await (const { count, probabilities } of trained.classify(split, { mirror: false })) {
        for (let i = 0; i < count; i++) rows.push(probabilities.slice(i * numClasses, (i + 1) * numClasses));
      }
      if (rows.some((row) => row.some(Number.isNaN))) {
        const rule = 'gives no probabilities: its weights have diverged';
        throw new RunError({ code: 'diverged', place: run, rule, remedy: trainSlower });
      }
      return rows;
    },
  };
}
