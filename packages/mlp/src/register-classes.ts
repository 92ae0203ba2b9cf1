import { registerLayers as registerLayerNorm } from '@cifarlab/layernorm';
import { registerLayers as registerBatchNorm } from '@cifarlab/tfjs-ops';
import { SeededDropout } from '@cifarlab/torch-layers';
import { serialization } from '@tensorflow/tfjs-core';

/**
 * Makes `tf.loadLayersModel` and `tf.models.modelFromJSON` know every layer of a `createMlp` model: `SeededDropout` and
 * the normalisations. Calling it again changes nothing.
 */
export function registerLayers(): void {
  registerLayerNorm();
  registerBatchNorm();
  serialization.registerClass(SeededDropout);
}
