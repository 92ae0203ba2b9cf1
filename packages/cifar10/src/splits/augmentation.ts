import { RandomState } from '@cifarlab/numpy-random';
import { Cifar10Error } from '../errors.js';
import { IMAGE_SIDE } from '../records.js';

/** How training pictures are varied; what is left out is off. */
export interface AugmentOptions {
  /** Mirror every other picture, at random, left to right. Default: false. */
  readonly flip?: boolean | undefined;
  /**
   * Pad by so many pixels on each side with the picture's reflection, and cut its own size out at random, 0 to 31 (4 is
   * usual) of CIFAR-10's images. Default: 0.
   */
  readonly crop?: number | undefined;
  /**
   * Blank a square of this side, around a random pixel and clipped at the borders, 0 to 32 (DeVries and Taylor,
   * arXiv:1708.04552). Blank is 0 after preprocessing: the mean. Default: 0.
   */
  readonly cutout?: number | undefined;
}

/** What happens to one picture. */
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
  readonly flip: boolean;
  readonly crop: number;
  readonly cutout: number;
  readonly seed: number;
  readonly stream: number;
  /** Batches varied so far. */
  readonly batches: number;
}

/** What `augment: true` stands for (He et al., arXiv:1512.03385, section 4.2, but padding by reflection). */
const USUAL: AugmentOptions = { flip: true, crop: 4 };

/**
 * Draws variations that are a function of (seed, stream, number of the batch, place in it) alone, batches counting from 1:
 * with `rng = np.random.RandomState([seed, stream, batch])`, for each picture in turn and only for what is on,
 * `flip = rng.randint(0, 2)`, `dy = rng.randint(-crop, crop + 1)`, `dx` likewise, and the cutout's `rng.randint(0, 32)`
 * for its centre's row and column.
 */
export class Augmentation {
  readonly #seed: number;
  readonly #stream: number;
  #batches = 0;
  readonly #flip: boolean;
  readonly #crop: number;
  readonly #cutout: number;
  readonly #side: number;

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
    if (typeof flip !== 'boolean') throw invalid('flip', flip, 'true or false');
    // A reflection of n pixels has n - 1 to show: the border itself is not repeated.
    requireSize('crop', crop, side - 1);
    requireSize('cutout', cutout, side);
    this.#flip = flip;
    this.#crop = crop;
    this.#cutout = cutout;
  }

  /** The variations of the next batch's pictures. */
  next(count: number): Variation[] {
    this.#batches += 1;
    const rng = new RandomState([this.#seed, this.#stream, this.#batches]);
    return Array.from({ length: count }, () => this.#draw(rng));
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

  #draw(rng: RandomState): Variation {
    const crop = this.#crop;
    const side = this.#cutout;
    const flip = this.#flip && rng.randint(0, 2) === 1;
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
