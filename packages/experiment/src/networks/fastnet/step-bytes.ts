import { optimizerSlots } from '../optimizer-slots.js';
import type { FastnetSettings } from './settings.js';

const MIB = 2 ** 20;
const PARAMETERS = 1_971_640;
/** Bytes that the forward pass keeps for the backward pass and that this adds, for one image. */
const BYTES_PER_IMAGE = 3.2 * MIB;
/** Filters in the form that fast convolutions take, and the products of an orthogonal update. */
const TRANSFORMED_FILTERS = 80 * MIB;

/** Estimates the memory that a training step takes on the backend `ort`. */
export function fastnetStepBytes(settings: FastnetSettings): (batchSize: number) => number {
  const weights = PARAMETERS * Float32Array.BYTES_PER_ELEMENT * (2 + optimizerSlots(settings));
  return (batchSize) => Math.ceil(weights + TRANSFORMED_FILTERS + batchSize * BYTES_PER_IMAGE);
}
