import { preprocessImage } from '@cifarlab/cifar10';
import { decodePicture, type Picture } from '../pictures/decode-picture.js';
import { trainSlower } from './classify-split.js';
import { RunError } from './run-error.js';
import type { CheckpointName, RestoredNetwork } from './saved-network.js';

/** How a picture is classified. */
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

/** Classifies a picture: see `OpenedRun.predict`. @param run its folder, for messages. */
export async function predict(
  run: string,
  { stored, trained }: RestoredNetwork,
  picture: string | Uint8Array | Picture,
): Promise<Prediction[]> {
  const { name, pixels } =
    typeof picture === 'string' || picture instanceof Uint8Array ? await decodePicture(picture) : picture;
  const { preprocessing, classNames } = stored;
  const probabilities = Array.from(trained.predict(preprocessImage(pixels, preprocessing)));
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
