import { registerLayers as registerTorchLayers } from '@cifarlab/torch-layers';
import { serialization } from '@tensorflow/tfjs-core';
import { Activation } from './layers/activation.js';
import { DiracConv2d } from './layers/dirac-conv2d.js';
import { ScaledLinear } from './layers/scaled-linear.js';
import { Whitening } from './layers/whitening.js';

/**
 * Makes `tf.loadLayersModel` and `tf.models.modelFromJSON` know the layers of the network, batch normalisation included.
 * Calling it again changes nothing.
 */
export function registerLayers(): void {
  registerTorchLayers();
  serialization.registerClass(Activation);
  serialization.registerClass(DiracConv2d);
  serialization.registerClass(ScaledLinear);
  serialization.registerClass(Whitening);
}
