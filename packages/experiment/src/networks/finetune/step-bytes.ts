import { optimizerSlots } from '../optimizer-slots.js';
import type { Architecture } from './architectures.js';
import type { FinetuneSettings } from './settings.js';

const MIB = 2 ** 20;

/** The side of the images that memory was measured with. */
const MEASURED_SIDE = 96;

/** Part of a step's memory that freezing the first stages saves, whose maps are the largest: measured with 4 stages. */
const FROZEN = { stages: 4, saved: 0.25 };

/**
 * Estimates the memory that a training step takes on the backend `ort`: the weights with their gradients and the optimizer's
 * state, and what grows with the batch and with the area of the images.
 */
export function finetuneStepBytes(
  settings: FinetuneSettings,
  { parameters, mibPerImage }: Architecture,
): (batchSize: number) => number {
  const { resolution, freezeStages, headOnly } = settings;
  const weights = parameters * Float32Array.BYTES_PER_ELEMENT * (2 + optimizerSlots(settings));
  const kept = 1 - FROZEN.saved * Math.min(1, freezeStages! / FROZEN.stages);
  const perImage = headOnly ? 0 : MIB * mibPerImage * kept * (resolution / MEASURED_SIDE) ** 2;
  return (batchSize) => Math.ceil(weights + batchSize * perImage);
}
