import { Adam, AdamW, noDecayOnBiasesAndNorms, SGD } from '@cifarlab/tfjs-ops';
import type { Variable } from '@tensorflow/tfjs-core';
import type { AllSettings } from '../settings/table.js';
import type { PlainOptimizer } from './plain-optimizers.js';

/** How a network in TensorFlow.js learns from a batch. */
export type OptimizerSettings = Pick<
  AllSettings,
  'learningRate' | 'momentum' | 'nesterov' | 'weightDecay' | 'labelSmoothing' | 'accumulate'
> & { optimizer: PlainOptimizer };

/** Variables whose learning rate is that of the others times a factor, whatever the schedule makes of it. */
export interface RateGroup {
  variables: readonly Variable[];
  learningRateScale: number;
}

/** Makes the optimizer; weight decay is on weights, not on biases and norms. */
export function createOptimizer(
  { optimizer, learningRate, momentum, nesterov, weightDecay }: OptimizerSettings,
  rates: readonly RateGroup[] = [],
): Adam | AdamW | SGD {
  const groups = [...(weightDecay > 0 ? [noDecayOnBiasesAndNorms()] : []), ...rates];
  const common = { learningRate, weightDecay, groups };
  if (optimizer === 'adam') return new Adam(common);
  if (optimizer === 'adamw') return new AdamW(common);
  return new SGD({ ...common, momentum, nesterov });
}
