/** Images of 96 pixels that an evaluation takes at a time: enough for fast kernels, few enough for any memory. */
const IMAGES_AT_96 = 128;

/** Returns how many images of a side an evaluation takes at a time. */
export function evaluationBatch(resolution: number): number {
  return Math.max(1, Math.min(256, Math.floor(IMAGES_AT_96 * (96 / resolution) ** 2)));
}
