import { RandomState } from '@cifarlab/numpy-random';

/** A seed of NumPy's legacy generator: an integer from 0 to 4294967295, or a list of them for independent streams. */
export type Seed = number | readonly number[];

/**
 * Returns the seed of a layer's arguments, once it is certain that a generator can start from it.
 *
 * @throws RangeError or TypeError when it cannot, also when there is none: no layer draws weights that cannot be drawn
 *   again.
 */
export function checkedSeed(layer: string, seed: Seed | undefined): Seed {
  if (seed === undefined) {
    throw new RangeError(`${layer}: seed is missing; give an integer from 0 to 4294967295, or a list of them.`);
  }
  new RandomState(seed);
  return seed;
}
