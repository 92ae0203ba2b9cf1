import { preprocessImage } from '@cifarlab/cifar10';
import { decodePicture, type Picture } from '../pictures/decode-picture.js';
import { trainSlower } from './classify-split.js';
import { RunError } from './run-error.js';
import type { CheckpointName, RestoredNetwork } from './saved-network.js';

/** Options for classifying a picture. */
export interface PredictOptions {
  /** Default: `best` where there is one, else `last`. */
  checkpoint?: CheckpointName | undefined;
}

/** A class that a picture may show. */
export interface Prediction {
  /** Its name. */
  class: string;
  /** 0 to 1. */
  probability: number;
}

/** @throws RunError, `not-a-picture`, for a picture that was decoded at another side. */
function ofSide(side: number, picture: Picture): Picture {
  if (picture.pixels.length === 3 * side * side) return picture;
  throw new RunError({
    code: 'not-a-picture',
    place: picture.name,
    rule: `has ${picture.pixels.length} bytes, and this network takes ${side}x${side} pixels of three bytes`,
    remedy: `decode it at a side of ${side}`,
  });
}

/** Classifies a picture: see `OpenedRun.predict`. @param run its folder, for messages. */
export async function predict(
  run: string,
  { stored, trained }: RestoredNetwork,
  picture: string | Uint8Array | Picture,
): Promise<Prediction[]> {
  const { preprocessing, classNames, imageSide } = stored;
  const isSource = typeof picture === 'string' || picture instanceof Uint8Array;
  const { name, pixels } = isSource ? await decodePicture(picture, imageSide) : ofSide(imageSide, picture);
  const probabilities = Array.from(await trained.predict(preprocessImage(pixels, preprocessing, imageSide)));
  if (probabilities.some(Number.isNaN)) {
    throw new RunError({
      code: 'diverged',
      place: run,
      rule: `gives no probabilities for ${name}: its weights have diverged`,
      remedy: trainSlower,
    });
  }
  return probabilities
    .map((probability, index) => ({ class: classNames[index]!, probability }))
    .sort((a, b) => b.probability - a.probability);
}
