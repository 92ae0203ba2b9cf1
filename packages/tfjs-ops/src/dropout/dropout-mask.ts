import { threefry2x32 } from './threefry.js';

/** The numbers that determine a mask, each an integer from 0 to 2^32 - 1. */
export interface MaskKey {
  /** Seed of the run. */
  seed: number;
  /** Tells the layers of a network apart. */
  stream: number;
  /** Number of the training step. */
  step: number;
}

/** Values of a mask that one random word of 32 bits decides. */
const LEVELS = 65536;

/** Elements that a block of random words decides. */
const BLOCK = 4;

/**
 * Returns the mask of inverted dropout: 0 with probability p, else 1 / (1 - p), so that its mean is 1. p is `rate` to
 * the nearest 1/65536.
 *
 * Element i is decided by 16 bits: half `i mod 2` (the lower one first) of word `floor(i / 2)` of
 * Threefry-2x32-20(key = (seed, stream), counter = (0, step), (1, step), …).
 *
 * @param rate 0 or more and below 1.
 * @param first the first element, if the mask is a part of a larger one. Default 0.
 */
export function dropoutMask(size: number, rate: number, { seed, stream, step }: MaskKey, first = 0): Float32Array {
  const before = first % BLOCK;
  const words = new Uint32Array(Math.ceil((before + size) / 2));
  threefry2x32(words, [seed, stream], step, (first - before) / BLOCK);
  const dropped = Math.min(Math.round(rate * LEVELS), LEVELS - 1);
  const values = Float32Array.of(LEVELS / (LEVELS - dropped), 0);
  const mask = new Float32Array(2 * words.length);
  // The sign of the difference picks the value: a branch on random bits is guessed wrongly again and again.
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    mask[2 * i] = values[((word & 0xffff) - dropped) >>> 31]!;
    mask[2 * i + 1] = values[((word >>> 16) - dropped) >>> 31]!;
  }
  return mask.subarray(before, before + size);
}
