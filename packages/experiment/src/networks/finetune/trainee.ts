import { variableGroups } from '@cifarlab/torch-layers';
import { TfjsLearner } from '@cifarlab/trainer/tfjs';
import { microBatchOf } from '../../settings/micro-batch.js';
import { imageBatches } from '../batches.js';
import { createOptimizer } from '../create-optimizer.js';
import type { NewNetwork, Trainee } from '../network.js';
import type { Architectures } from './architectures.js';
import { arithmeticFacts } from './arithmetic.js';
import { evaluationBatch } from './evaluation-batch.js';
import { type StartingModel, startingModel } from './model.js';
import { resolutionAt, resolutionPhases } from './resolutions.js';
import { savedNetwork } from './saved-network.js';
import { seenAt } from './seen-at.js';
import type { FinetuneSettings } from './settings.js';

/** Makes the trainee of a run of fine-tuning. */
export async function finetuneTrainee(
  architectures: Architectures,
  from: NewNetwork<FinetuneSettings>,
): Promise<Trainee> {
  const start = await startingModel(architectures, from);
  try {
    if (!from.settings.headOnly) return wholeTrainee(start, from);
    const { headTrainee } = await import('./head-trainee.js');
    return await headTrainee(start, from);
  } catch (error) {
    start.model.dispose();
    throw error;
  }
}

/** Makes a trainee in which all layers learn except those of the frozen stages; the last one has a rate of its own. */
function wholeTrainee({ model, facts }: StartingModel, { settings, data }: NewNetwork<FinetuneSettings>): Trainee {
  const { learningRate, headLearningRate, labelSmoothing, resolution } = settings;
  const phases = resolutionPhases(settings);
  const { head } = variableGroups(model);
  const optimizer = createOptimizer(settings, [
    { variables: head, learningRateScale: headLearningRate / learningRate },
  ]);
  const seen = seenAt(model, { evaluation: resolution, training: (step) => resolutionAt(phases, step) });
  return {
    learner: new TfjsLearner({ model: seen, optimizer, labelSmoothing, microBatch: microBatchOf(settings) }),
    batches: imageBatches(evaluationBatch(resolution)),
    save: () => savedNetwork(model, settings),
    facts: { ...facts, ...arithmeticFacts(model, settings, data.train.numExamples) },
    dispose() {
      model.dispose();
      optimizer.dispose();
    },
  };
}
