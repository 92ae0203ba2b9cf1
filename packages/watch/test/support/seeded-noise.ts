/** Returns a number from -0.5 to 0.5 that depends on seed and step only. */
export function seededNoise(seed: number, step: number): number {
  const mixed = Math.imul(step ^ Math.imul(seed, 0x9e3779b1), 0x85ebca6b);
  return ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 32 - 0.5;
}
