/**
 * Threefry-2x32 with 20 rounds: a keyed bijection of 64-bit counters whose values pass the statistical tests for random
 * numbers, so that any of them can be had without those before it (J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw,
 * "Parallel random numbers: as easy as 1, 2, 3", SC 2011, doi:10.1145/2063384.2063405).
 *
 * Fills `words` with the blocks (first, high), (first + 1, high), …, two words each; of a last block, one if the length
 * is odd.
 *
 * @param key two words; all words are read modulo 2^32.
 * @param high the second word of every counter.
 * @param first the first word of the first counter. Default 0.
 */
export function threefry2x32(words: Uint32Array, key: readonly [number, number], high: number, first = 0): void {
  const key0 = key[0] | 0;
  const key1 = key[1] | 0;
  const key2 = key0 ^ key1 ^ 0x1bd11bda;
  // Unrolled, since a loop over the rounds takes six times as long.
  for (let block = 0; 2 * block < words.length; block++) {
    let a = (first + block + key0) | 0;
    let b = (high + key1) | 0;

    a = (a + b) | 0;
    b = rotateLeft(b, 13) ^ a;
    a = (a + b) | 0;
    b = rotateLeft(b, 15) ^ a;
    a = (a + b) | 0;
    b = rotateLeft(b, 26) ^ a;
    a = (a + b) | 0;
    b = rotateLeft(b, 6) ^ a;
    a = (a + key1) | 0;
    b = (b + key2 + 1) | 0;

    a = (a + b) | 0;
    b = rotateLeft(b, 17) ^ a;
    a = (a + b) | 0;
    b = rotateLeft(b, 29) ^ a;
    a = (a + b) | 0;
    b = rotateLeft(b, 16) ^ a;
    a = (a + b) | 0;
    b = rotateLeft(b, 24) ^ a;
    a = (a + key2) | 0;
    b = (b + key0 + 2) | 0;

    a = (a + b) | 0;
    b = rotateLeft(b, 13) ^ a;
    a = (a + b) | 0;
    b = rotateLeft(b, 15) ^ a;
    a = (a + b) | 0;
    b = rotateLeft(b, 26) ^ a;
    a = (a + b) | 0;
    b = rotateLeft(b, 6) ^ a;
    a = (a + key0) | 0;
    b = (b + key1 + 3) | 0;

    a = (a + b) | 0;
    b = rotateLeft(b, 17) ^ a;
    a = (a + b) | 0;
    b = rotateLeft(b, 29) ^ a;
    a = (a + b) | 0;
    b = rotateLeft(b, 16) ^ a;
    a = (a + b) | 0;
    b = rotateLeft(b, 24) ^ a;
    a = (a + key1) | 0;
    b = (b + key2 + 4) | 0;

    a = (a + b) | 0;
    b = rotateLeft(b, 13) ^ a;
    a = (a + b) | 0;
    b = rotateLeft(b, 15) ^ a;
    a = (a + b) | 0;
    b = rotateLeft(b, 26) ^ a;
    a = (a + b) | 0;
    b = rotateLeft(b, 6) ^ a;
    a = (a + key2) | 0;
    b = (b + key0 + 5) | 0;

    words[2 * block] = a;
    words[2 * block + 1] = b;
  }
}

function rotateLeft(x: number, bits: number): number {
  return (x << bits) | (x >>> (32 - bits));
}
