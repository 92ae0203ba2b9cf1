import { registerLayers as registerBatchNorm } from '@cifarlab/tfjs-ops';
import { serialization } from '@tensorflow/tfjs-core';
import { SeededDropout } from './dropout/seeded-dropout.js';
import { ConvNorm } from './layers/conv-norm.js';
import { Linear } from './layers/linear.js';
import { MaxPool3x3 } from './layers/max-pool.js';

/**
 * Makes `tf.loadLayersModel` and `tf.models.modelFromJSON` know the layers of this package, and `BatchNorm`. Calling it
 * again changes nothing.
 */
export function registerLayers(): void {
  registerBatchNorm();
  serialization.registerClass(ConvNorm);
  serialization.registerClass(Linear);
  serialization.registerClass(MaxPool3x3);
  serialization.registerClass(SeededDropout);
}
