import { SGD } from '@cifarlab/tfjs-ops';
import { loadTorchState } from '@cifarlab/torch-layers';
import { TfjsLearner } from '@cifarlab/trainer/tfjs';
import { imageBatches } from '../batches.js';
import type { LayersNetwork, SavedNetwork, TrainedNetwork } from '../network.js';
import { TrainedTfjsNetwork } from '../tfjs-network.js';
import type { Architectures } from './architectures.js';
import type { FinetuneConfig } from './config.js';
import { evaluationBatch } from './evaluation-batch.js';
import { seenAt } from './seen-at.js';

/** Makes a fine-tuned network again as a run has saved it. */
export async function trainedNetwork(
  architectures: Architectures,
  saved: SavedNetwork<FinetuneConfig>,
): Promise<TrainedNetwork> {
  const { model, resolution } = await finetunedLayers(architectures, saved);
  const seen = seenAt(model, { evaluation: resolution, training: () => resolution });
  // A learner has an optimizer, which evaluation does not use.
  const learner = new TfjsLearner({ model: seen, optimizer: new SGD({ learningRate: 0 }) });
  return new TrainedTfjsNetwork(learner, imageBatches(evaluationBatch(resolution)), () => void model.dispose());
}

/** Makes the same network as a model of tf.layers, which takes images of any side. */
export async function finetunedLayers(
  architectures: Architectures,
  { weights, config: { architecture, numClasses, resolution } }: SavedNetwork<FinetuneConfig>,
): Promise<LayersNetwork & { resolution: number }> {
  const model = await architectures[architecture].create({ numClasses, dropout: 0, seed: 0, batchNorm: 'frozen' });
  try {
    loadTorchState(model, weights as never);
    return { model, resolution, register: '@cifarlab/torch-layers/register' };
  } catch (error) {
    model.dispose();
    throw error;
  }
}
