import type { OptimizerSettings } from '@cifarlab/experiment';
import { Adam, AdamW, noDecayOnBiasesAndNorms, SGD } from '@cifarlab/tfjs-ops';
import type { TfjsOptimizer } from '@cifarlab/trainer/tfjs';

export function createOptimizer({
  optimizer,
  learningRate,
  momentum,
  nesterov,
  weightDecay,
}: OptimizerSettings): TfjsOptimizer {
  const common = { learningRate, weightDecay, groups: weightDecay > 0 ? [noDecayOnBiasesAndNorms()] : [] };
  if (optimizer === 'adam') return new Adam(common);
  if (optimizer === 'adamw') return new AdamW(common);
  return new SGD({ ...common, momentum, nesterov });
}
