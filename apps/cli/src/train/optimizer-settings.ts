import { UsageError } from '../errors.js';

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

/** @throws UsageError naming flags that contradict each other. */
export function checkOptimizer({ optimizer, momentum, nesterov }: OptimizerSettings): void {
  if (optimizer !== 'sgd' && momentum > 0) {
    throw new UsageError(
      `--momentum ${momentum} has no meaning for --optimizer ${optimizer}; leave it out or use --optimizer sgd`,
    );
  }
  if (nesterov && (optimizer !== 'sgd' || momentum === 0)) {
    throw new UsageError('--nesterov needs --optimizer sgd with a --momentum, 0.9 for example');
  }
}
