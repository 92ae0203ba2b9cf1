import { createFastNet, loadTorchState } from '@cifarlab/fastnet';
import { SGD } from '@cifarlab/tfjs-ops';
import { TfjsLearner } from '@cifarlab/trainer/tfjs';
import { imageBatches } from '../batches.js';
import type { LayersNetwork, SavedNetwork, TrainedNetwork } from '../network.js';
import { TrainedTfjsNetwork } from '../tfjs-network.js';
import type { FastnetConfig } from './config.js';
import { EVALUATION_BATCH } from './evaluation-batch.js';

/** Makes a network of the speed records again as a run has saved it. */
export function trainedFastnet(saved: SavedNetwork<FastnetConfig>): TrainedNetwork {
  const { model } = fastnetLayers(saved);
  // A learner has an optimizer, which evaluation does not use.
  const learner = new TfjsLearner({ model, optimizer: new SGD({ learningRate: 0 }) });
  return new TrainedTfjsNetwork(learner, imageBatches(EVALUATION_BATCH), () => void model.dispose());
}

/** Makes the same network as a model of tf.layers. */
export function fastnetLayers({
  weights,
  config: { numClasses, activation },
}: SavedNetwork<FastnetConfig>): LayersNetwork {
  const model = createFastNet({ numClasses, activation });
  try {
    loadTorchState(model, weights as never);
    return { model, register: '@cifarlab/fastnet/register' };
  } catch (error) {
    model.dispose();
    throw error;
  }
}
