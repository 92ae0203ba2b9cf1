import { registerLayers as registerTorchLayers } from '@cifarlab/torch-layers';
import { serialization } from '@tensorflow/tfjs-core';
import { Conv2d } from './layers/conv2d.js';
import { PreActBlock } from './layers/pre-act-block.js';

/**
 * Makes `tf.loadLayersModel` and `tf.models.modelFromJSON` know the layers of the network, batch normalisation included.
 * Calling it again changes nothing.
 */
export function registerLayers(): void {
  registerTorchLayers();
  serialization.registerClass(Conv2d);
  serialization.registerClass(PreActBlock);
}
