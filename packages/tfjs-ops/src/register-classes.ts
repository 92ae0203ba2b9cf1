import { serialization } from '@tensorflow/tfjs-core';
import { BatchNorm } from './batch-norm/batch-norm-layer.js';
import { SeededDropout } from './dropout/seeded-dropout.js';
import { Adam, AdamW } from './optimizers/adam.js';
import { Muon } from './optimizers/muon.js';
import { SGD } from './optimizers/sgd.js';

/** Makes `tf.loadLayersModel` and `tf.models.modelFromJSON` know `BatchNorm` and `SeededDropout`. Calling it again changes nothing. */
export function registerLayers(): void {
  serialization.registerClass(BatchNorm);
  serialization.registerClass(SeededDropout);
}

/** Makes `tf.loadLayersModel` know `Adam`, `AdamW`, `Muon` and `SGD`, for models saved with their optimizer. */
export function registerOptimizers(): void {
  serialization.registerClass(Adam);
  serialization.registerClass(AdamW);
  serialization.registerClass(Muon);
  serialization.registerClass(SGD);
}
