import { IMAGE_SIZE, RECORD_SIZE } from '../records.js';

/**
 * Adds every image of a batch to running sums per pixel: `sums[j] += sum_i pixels[i, j]`.
 * Whole numbers throughout, hence exact, in any order of batches, for up to 16 million images.
 */
export function addPixelSums(sums: Uint32Array, records: Uint8Array): void {
  const count = records.length / RECORD_SIZE;
  let i = 0;
  // Eight images per pass over the sums: the sums are then read and written an eighth as often.
  for (; i + 8 <= count; i += 8) {
    for (let j = 0, r = i * RECORD_SIZE + 1; j < IMAGE_SIZE; j++, r++) {
      sums[j]! +=
        records[r]! +
        records[r + RECORD_SIZE]! +
        records[r + 2 * RECORD_SIZE]! +
        records[r + 3 * RECORD_SIZE]! +
        records[r + 4 * RECORD_SIZE]! +
        records[r + 5 * RECORD_SIZE]! +
        records[r + 6 * RECORD_SIZE]! +
        records[r + 7 * RECORD_SIZE]!;
    }
  }
  for (; i < count; i++) {
    for (let j = 0, r = i * RECORD_SIZE + 1; j < IMAGE_SIZE; j++, r++) {
      sums[j]! += records[r]!;
    }
  }
}

/**
 * Returns the mean image in float32, as `np.mean(images.astype(np.float32), axis=0)` gives it. NumPy adds in float32,
 * which is exact while a sum stays below 2^24 (65,793 images at least), so that the one rounding is that of the
 * quotient.
 */
export function meanOfSums(sums: Uint32Array, count: number): Float32Array {
  return Float32Array.from(sums, (sum) => sum / count);
}
