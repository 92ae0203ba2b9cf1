import { RandomState } from '@cifarlab/numpy-random';
import { Cifar10Error } from '../errors.js';
import { IMAGE_SIDE } from '../records.js';

/** Variations of training pictures; an option left out is off. */
export interface AugmentOptions {
  /**
   * Mirror every other picture, at random, left to right. `alternate`: at random in the first epoch only, and from then on
   * each picture the other way round than in the epoch before (K. Jordan, arXiv:2404.00498, section 3.6); the batches must
   * come in the order `epoch`. Default: false.
   */
  readonly flip?: boolean | 'alternate' | undefined;
  /**
   * Pad by this many pixels on each side with the picture's reflection, and cut its own size out at random, 0 to 31 (4
   * is usual) of CIFAR-10's images. Default: 0.
   */
  readonly crop?: number | undefined;
  /**
   * Blank a square of this side, around a random pixel and clipped at the borders, 0 to 32 (DeVries and Taylor,
   * arXiv:1708.04552). Blank is 0 after preprocessing: the mean. Default: 0.
   */
  readonly cutout?: number | undefined;
}

/** The changes made to one picture. */
export interface Variation {
  readonly flip: boolean;
  /** Rows and columns that the picture moves up and left by, -crop to crop; its reflection comes in. */
  readonly dy: number;
  readonly dx: number;
  /** The square that is blanked, with ends excluded; it may reach over the borders. */
  readonly blank: { readonly top: number; readonly left: number; readonly side: number } | undefined;
}

/** The part of an augmentation that is plain JSON. */
export interface AugmentationValues {
  readonly flip: boolean | 'alternate';
  readonly crop: number;
  readonly cutout: number;
  readonly seed: number;
  readonly stream: number;
  /** Batches varied so far. */
  readonly batches: number;
}

/** The examples of a batch, which alternating flips depend on. */
export interface BatchPlace {
  /** Places in file order. */
  readonly indices: Int32Array;
  /** Epochs completed before the batch. */
  readonly epoch: number;
  /** Examples in an epoch. */
  readonly numExamples: number;
}

/** Stream of random numbers for which pictures are mirrored in the first epoch of alternating flips, beside the seed. */
const ALTERNATE_FLIP_STREAM = 111;

/** The meaning of `augment: true` (He et al., arXiv:1512.03385, section 4.2, but padding by reflection). */
const USUAL: AugmentOptions = { flip: true, crop: 4 };

/**
 * Draws variations that are a function of (seed, stream, number of the batch, place in it) alone, batches counting from 1:
 * with `rng = np.random.RandomState([seed, stream, batch])`, for each picture in turn and only for what is on,
 * `flip = rng.randint(0, 2)`, `dy = rng.randint(-crop, crop + 1)`, `dx` likewise, and the cutout's `rng.randint(0, 32)`
 * for its centre's row and column. With alternating flips `flip` is `first[index] != epoch % 2` instead, epochs counting
 * from 0, with `first = np.random.RandomState([seed, 111]).randint(0, 2, numExamples)`.
 */
export class Augmentation {
  readonly #seed: number;
  readonly #stream: number;
  #batches = 0;
  readonly #flip: boolean | 'alternate';
  readonly #crop: number;
  readonly #cutout: number;
  readonly #side: number;
  #firstFlips: ArrayLike<number> | undefined;

  /**
   * @param side of the pictures.
   * @throws {Cifar10Error} `INVALID_OPTION`
   */
  constructor(options: AugmentOptions | true, seed: number, stream: number, side = IMAGE_SIDE) {
    this.#side = side;
    this.#seed = seed;
    this.#stream = stream;

    const { flip = false, crop = 0, cutout = 0, ...others } = options === true ? USUAL : options;
    const unknown = Object.keys(others)[0];
    if (unknown !== undefined) {
      throw new Cifar10Error('INVALID_OPTION', `Augmentation "${unknown}": expected flip, crop or cutout.`);
    }
    if (typeof flip !== 'boolean' && flip !== 'alternate') throw invalid('flip', flip, 'true, false or "alternate"');
    // A reflection of n pixels has n - 1 to show: the border itself is not repeated.
    requireSize('crop', crop, side - 1);
    requireSize('cutout', cutout, side);
    this.#flip = flip;
    this.#crop = crop;
    this.#cutout = cutout;
  }

  /** Returns the variations of the next batch's pictures. @param place is read for alternating flips only. */
  next(count: number, place?: BatchPlace): Variation[] {
    this.#batches += 1;
    const rng = new RandomState([this.#seed, this.#stream, this.#batches]);
    const flips = this.#flip === 'alternate' ? this.#alternating(place!) : undefined;
    return Array.from({ length: count }, (_, i) => this.#draw(rng, flips?.[i]));
  }

  values(): AugmentationValues {
    const seed = this.#seed;
    const stream = this.#stream;
    return { flip: this.#flip, crop: this.#crop, cutout: this.#cutout, seed, stream, batches: this.#batches };
  }

  /** Goes back to where `values()` was. */
  restore({ batches }: AugmentationValues): void {
    this.#batches = batches;
  }

  #alternating({ indices, epoch, numExamples }: BatchPlace): boolean[] {
    this.#firstFlips ??= new RandomState([this.#seed, ALTERNATE_FLIP_STREAM]).randint(0, 2, [numExamples]);
    return Array.from(indices, (index) => (this.#firstFlips![index] === 1) !== (epoch % 2 === 1));
  }

  /** @param given whether the picture is mirrored, if that is known. */
  #draw(rng: RandomState, given: boolean | undefined): Variation {
    const crop = this.#crop;
    const side = this.#cutout;
    const flip = given ?? (this.#flip === true && rng.randint(0, 2) === 1);
    const dy = crop > 0 ? rng.randint(-crop, crop + 1) : 0;
    const dx = crop > 0 ? rng.randint(-crop, crop + 1) : 0;
    if (side === 0) return { flip, dy, dx, blank: undefined };
    const top = rng.randint(0, this.#side) - (side >> 1);
    const left = rng.randint(0, this.#side) - (side >> 1);
    return { flip, dy, dx, blank: { top, left, side } };
  }
}

function requireSize(name: string, value: unknown, largest: number): void {
  if (!Number.isInteger(value) || (value as number) < 0 || (value as number) > largest) {
    throw invalid(name, value, `a whole number from 0 to ${largest}`);
  }
}

function invalid(name: string, value: unknown, expected: string): Cifar10Error {
  return new Cifar10Error('INVALID_OPTION', `Augmentation ${name} ${JSON.stringify(value)}: expected ${expected}.`);
}
