import { registerLayers as registerOpsLayers } from '@cifarlab/tfjs-ops';
import { serialization } from '@tensorflow/tfjs-core';
import { SeededDropout } from './dropout/seeded-dropout.js';

/**
 * Makes `tf.loadLayersModel` and `tf.models.modelFromJSON` know every layer of a `createMlp` model: `SeededDropout` and
 * the normalisations. Calling it again changes nothing.
 */
export function registerLayers(): void {
  registerOpsLayers();
  serialization.registerClass(SeededDropout);
}
