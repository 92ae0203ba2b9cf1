import { Adam, AdamW, Muon, noDecayOnBiasesAndNorms, SGD } from '@cifarlab/tfjs-ops';
import type { Variable } from '@tensorflow/tfjs-core';
import type { AllSettings } from '../settings/table.js';

/** Settings by which a network in TensorFlow.js learns from a batch. */
export type OptimizerSettings = Pick<
  AllSettings,
  'optimizer' | 'learningRate' | 'momentum' | 'nesterov' | 'weightDecay' | 'labelSmoothing' | 'accumulate'
> &
  Partial<Pick<AllSettings, 'sgdLearningRate'>>;

/** Variables whose learning rate is that of the others times a factor, whatever the schedule makes of it. */
export interface RateGroup {
  variables: readonly Variable[];
  learningRateScale: number;
}

/** The momentum of what Muon leaves to SGD. */
const MOMENTUM_BESIDE_MUON = 0.9;

/**
 * Makes the optimizer; weight decay is on weights, not on biases and norms. Muon is for the filters of convolutions, whose
 * norm it fixes instead of a decay; all else is left to SGD with Nesterov's momentum.
 */
export function createOptimizer(
  { optimizer, learningRate, momentum, nesterov, weightDecay, sgdLearningRate }: OptimizerSettings,
  rates: readonly RateGroup[] = [],
): Adam | AdamW | SGD | Muon {
  const groups = [...(weightDecay > 0 ? [noDecayOnBiasesAndNorms()] : []), ...rates];
  const common = { learningRate, weightDecay, groups };
  if (optimizer === 'adam') return new Adam(common);
  if (optimizer === 'adamw') return new AdamW(common);
  if (optimizer === 'sgd') return new SGD({ ...common, momentum, nesterov });
  const others = {
    match: ({ rank }: Variable) => rank < 4,
    learningRateScale: (sgdLearningRate ?? learningRate) / learningRate,
    orthogonal: false,
    momentum: MOMENTUM_BESIDE_MUON,
    nesterov: true,
  };
  return new Muon({ ...common, momentum, nesterov, groups: [others, ...groups] });
}
