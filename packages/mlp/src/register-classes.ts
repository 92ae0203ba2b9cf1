import { registerLayers as registerLayerNorm } from '@cifarlab/layernorm';
import { registerLayers as registerOps } from '@cifarlab/tfjs-ops';

/**
 * Makes `tf.loadLayersModel` and `tf.models.modelFromJSON` know every layer of a `createMlp` model: `SeededDropout` and
 * the normalisations. Calling it again changes nothing.
 */
export function registerLayers(): void {
  registerLayerNorm();
  registerOps();
}
