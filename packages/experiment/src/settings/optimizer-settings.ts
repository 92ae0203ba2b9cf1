import { named, sentence } from './sentence.js';
import { SettingError } from './setting-error.js';

export const tensorflowOptimizers = ['sgd', 'adam', 'adamw'] as const;

/** How a network in TensorFlow.js learns from a batch. */
export interface OptimizerSettings {
  optimizer: (typeof tensorflowOptimizers)[number];
  learningRate: number;
  /** Of sgd. */
  momentum: number;
  nesterov: boolean;
  /** On weights, not on biases and norms: an L2 penalty of sgd and adam, decoupled in adamw. */
  weightDecay: number;
  /** The part of each target that is spread over all classes. */
  labelSmoothing: number;
}

export function optimizerSettingsOf(flags: OptimizerSettings): OptimizerSettings {
  const { optimizer, learningRate, momentum, nesterov, weightDecay, labelSmoothing } = flags;
  return { optimizer, learningRate, momentum, nesterov, weightDecay, labelSmoothing };
}

/** Arrays that the optimizer keeps beside each weight. */
export function optimizerSlots({ optimizer, momentum }: OptimizerSettings): 0 | 1 | 2 {
  if (optimizer !== 'sgd') return 2;
  return momentum > 0 ? 1 : 0;
}

/** @throws SettingError naming settings that contradict each other. */
export function checkOptimizer({ optimizer, momentum, nesterov }: OptimizerSettings): void {
  if (optimizer !== 'sgd' && momentum > 0) {
    throw new SettingError({
      setting: 'momentum',
      value: momentum,
      rule: sentence`has no meaning for ${named('optimizer', optimizer)}`,
      remedy: sentence`leave it out or use ${named('optimizer', 'sgd')}`,
    });
  }
  if (nesterov && (optimizer !== 'sgd' || momentum === 0)) {
    throw new SettingError({
      setting: 'nesterov',
      value: nesterov,
      rule: sentence`needs ${named('optimizer', 'sgd')} with a ${named('momentum')}, 0.9 for example`,
      remedy: 'leave it out, or add what it needs',
    });
  }
}
