import type { DataSet } from '@cifarlab/cifar10';
import { createFastNet, loadTorchState, toTorchState, whiten } from '@cifarlab/fastnet';
import { TfjsLearner } from '@cifarlab/trainer/tfjs';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { microBatchOf } from '../../settings/micro-batch.js';
import { imageBatches } from '../batches.js';
import type { NewNetwork, Trainee } from '../network.js';
import { fastnetArithmetic } from './arithmetic.js';
import type { FastnetConfig } from './config.js';
import { EVALUATION_BATCH } from './evaluation-batch.js';
import { momentumOfPart } from './momentum-of-part.js';
import { createFastnetOptimizer } from './optimizer.js';
import type { FastnetSettings } from './settings.js';

/** Training images whose patches the first layer decorrelates. */
const WHITENED_IMAGES = 5000;

/** Makes the trainee of a run of the network of the speed records. */
export async function fastnetTrainee({
  settings,
  classNames,
  data,
  saved,
  start: trained,
}: NewNetwork<FastnetSettings>): Promise<Trainee> {
  const { activation, seed, whitening, whiteningBiasSteps, diracStart, labelSmoothing, accumulate } = settings;
  const config: FastnetConfig = { numClasses: classNames.length, activation };
  const start = { seed, trainWhitening: !whitening, whiteningBiasSteps, dirac: diracStart };
  const model = createFastNet({ ...config, ...start, batchNormMomentum: momentumOfPart(accumulate) });
  try {
    if (saved !== undefined) loadTorchState(model, saved().weights as never);
    else if (trained !== undefined) loadTorchState(model, trained(await toTorchState(model)) as never);
    else if (whitening) whitenBy(model, data.train);
    const optimizer = createFastnetOptimizer(model, settings);
    return {
      learner: new TfjsLearner({ model, optimizer, labelSmoothing, microBatch: microBatchOf(settings) }),
      batches: imageBatches(EVALUATION_BATCH),
      save: async () => ({ weights: await toTorchState(model), config }),
      facts: fastnetArithmetic(model, settings, data.train.numExamples),
      dispose() {
        model.dispose();
        optimizer.dispose();
      },
    };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** Whitens the first layer by the first training images as they are, in file order. */
function whitenBy(model: LayersModel, train: DataSet): void {
  const count = Math.min(WHITENED_IMAGES, train.numExamples);
  const [first] = train.batchesNhwc(count);
  whiten(model, first!.images, first!.shape);
}
