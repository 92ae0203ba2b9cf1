import { Adam, AdamW, noDecayOnBiasesAndNorms, SGD } from '@cifarlab/tfjs-ops';
import type { AllSettings } from '../settings/table.js';

/** How a network in TensorFlow.js learns from a batch. */
export type OptimizerSettings = Pick<
  AllSettings,
  'optimizer' | 'learningRate' | 'momentum' | 'nesterov' | 'weightDecay' | 'labelSmoothing'
>;

/** Makes the optimizer; weight decay is on weights, not on biases and norms. */
export function createOptimizer({
  optimizer,
  learningRate,
  momentum,
  nesterov,
  weightDecay,
}: OptimizerSettings): Adam | AdamW | SGD {
  const common = { learningRate, weightDecay, groups: weightDecay > 0 ? [noDecayOnBiasesAndNorms()] : [] };
  if (optimizer === 'adam') return new Adam(common);
  if (optimizer === 'adamw') return new AdamW(common);
  return new SGD({ ...common, momentum, nesterov });
}
