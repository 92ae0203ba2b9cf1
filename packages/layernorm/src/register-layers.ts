import { serialization } from '@tensorflow/tfjs-core';
import { LayerNorm } from './layer-norm-layer.js';

/** Makes `tf.loadLayersModel` and `tf.models.modelFromJSON` know `LayerNorm`. Calling it again changes nothing. */
export function registerLayers(): void {
  serialization.registerClass(LayerNorm);
}
