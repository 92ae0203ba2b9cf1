import { registerLayers as registerBatchNorm } from '@cifarlab/tfjs-ops';
import { serialization } from '@tensorflow/tfjs-core';
import { Conv2d } from './layers/conv2d.js';
import { Linear } from './layers/linear.js';
import { MaxPool3x3 } from './layers/max-pool.js';
import { PreActBlock } from './layers/pre-act-block.js';

/**
 * Makes `tf.loadLayersModel` and `tf.models.modelFromJSON` know the layers of the network, batch normalisation included.
 * Calling it again changes nothing.
 */
export function registerLayers(): void {
  registerBatchNorm();
  serialization.registerClass(Conv2d);
  serialization.registerClass(Linear);
  serialization.registerClass(MaxPool3x3);
  serialization.registerClass(PreActBlock);
}
