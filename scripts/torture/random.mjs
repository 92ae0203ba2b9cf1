/**
 * Returns a small generator of random numbers, so that a seed repeats a case (mulberry32).
 *
 * @param {number} seed
 */
export function createRandom(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 15), z | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
  /** Returns a whole number from 0 to `below` - 1. */
  const integer = (below) => Math.floor(next() * below);
  return { next, integer, pick: (items) => items[integer(items.length)] };
}
