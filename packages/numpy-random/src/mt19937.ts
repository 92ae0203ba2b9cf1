const N = 624;
const M = 397;
const MATRIX_A = 0x9908b0df;
const UPPER_MASK = 0x80000000;
const LOWER_MASK = 0x7fffffff;

/** Number of 32-bit words in the generator's state. */
export const STATE_LENGTH = N;

/**
 * The Mersenne Twister MT19937 of Matsumoto and Nishimura (ACM TOMACS 8(1), 1998), with their 2002 initialisation.
 *
 * The state is `key`, 624 words of 32 bits, and `position`, the index of the next word to hand out (624: all used up).
 */
export class Mt19937 {
  readonly key = new Uint32Array(N);
  position = N;

  /** Fills the state from one 32-bit integer (`init_genrand`). */
  seed(seed: number): void {
    const { key } = this;
    key[0] = seed;
    for (let i = 1; i < N; i++) {
      const previous = key[i - 1];
      key[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
    }
    this.position = N;
  }

  /** Fills the state from any number of 32-bit integers (`init_by_array`). */
  seedByArray(seeds: readonly number[]): void {
    this.seed(19650218);
    const { key } = this;
    const count = seeds.length;
    let i = 1;
    let j = 0;
    const wrap = () => {
      if (i >= N) {
        key[0] = key[N - 1];
        i = 1;
      }
    };
    for (let k = Math.max(N, count); k > 0; k--) {
      const previous = key[i - 1];
      key[i] = (key[i] ^ Math.imul(previous ^ (previous >>> 30), 1664525)) + seeds[j] + j;
      i++;
      j = (j + 1) % count;
      wrap();
    }
    for (let k = N - 1; k > 0; k--) {
      const previous = key[i - 1];
      key[i] = (key[i] ^ Math.imul(previous ^ (previous >>> 30), 1566083941)) - i;
      i++;
      wrap();
    }
    key[0] = UPPER_MASK;
  }

  /** Returns the next 32 random bits, as an integer of [0, 2^32). */
  uint32(): number {
    if (this.position >= N) this.#twist();
    let y = this.key[this.position++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }

  /** Returns a multiple of 2^-53 in [0, 1), from the upper 27 and 26 bits of two words. */
  float64(): number {
    const a = this.uint32() >>> 5;
    const b = this.uint32() >>> 6;
    return (a * 67108864 + b) / 9007199254740992;
  }

  /** Renews all 624 words. */
  #twist(): void {
    const { key } = this;
    for (let i = 0; i < N - M; i++) key[i] = key[i + M] ^ twisted(key[i], key[i + 1]);
    for (let i = N - M; i < N - 1; i++) key[i] = key[i + M - N] ^ twisted(key[i], key[i + 1]);
    key[N - 1] = key[M - 1] ^ twisted(key[N - 1], key[0]);
    this.position = 0;
  }
}

/** Returns the upper bit of one word and the lower 31 of the next, times the matrix A. */
function twisted(upper: number, lower: number): number {
  const y = (upper & UPPER_MASK) | (lower & LOWER_MASK);
  return (y >>> 1) ^ (-(y & 1) & MATRIX_A);
}
