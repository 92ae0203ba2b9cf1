import { registerLayers as registerOps } from '@cifarlab/tfjs-ops';
import { serialization } from '@tensorflow/tfjs-core';
import { ConvNorm } from './layers/conv-norm.js';
import { Linear } from './layers/linear.js';
import { MaxPool3x3 } from './layers/max-pool.js';

/**
 * Makes `tf.loadLayersModel` and `tf.models.modelFromJSON` know the layers of this package, and those of tfjs-ops.
 * Calling it again changes nothing.
 */
export function registerLayers(): void {
  registerOps();
  serialization.registerClass(ConvNorm);
  serialization.registerClass(Linear);
  serialization.registerClass(MaxPool3x3);
}
