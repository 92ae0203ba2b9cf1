import { UsageError } from '../errors.js';

export const activations = ['elu', 'relu', 'leaky-relu', 'tanh'] as const;
export const norms = ['none', 'batch'] as const;
export const inits = ['course', 'pytorch', 'he', 'glorot'] as const;
export const optimizers = ['sgd'] as const;
export const dtypes = ['float64', 'float32'] as const;
export const batchOrders = ['course', 'epoch'] as const;
export const schedules = ['constant', 'step', 'cosine', 'one-cycle'] as const;

/** Every setting that shapes the numbers of a run of `train mlp-ndarray`; recorded in its `config.json`. */
export interface MlpNdarraySettings {
  dnnHiddenUnits: number[];
  activation: (typeof activations)[number];
  /** Slope of the leaky ReLU below zero; null where the activation has none. */
  negSlope: number | null;
  norm: (typeof norms)[number];
  init: (typeof inits)[number];
  optimizer: (typeof optimizers)[number];
  learningRate: number;
  momentum: number;
  weightDecay: number;
  schedule: (typeof schedules)[number];
  warmupSteps: number;
  maxSteps: number;
  batchSize: number;
  evalFreq: number;
  /** Evaluations without a better validation loss before training stops; null never stops early. */
  earlyStopping: number | null;
  seed: number;
  dtype: (typeof dtypes)[number];
  batchOrder: (typeof batchOrders)[number];
  standardize: boolean;
  validationSize: number;
}

/** Rules that concern several flags at once. @throws UsageError naming the flags. */
export function checkSettings(settings: MlpNdarraySettings): void {
  const { activation, negSlope, earlyStopping, validationSize, warmupSteps, maxSteps, schedule } = settings;
  if (negSlope !== null && activation !== 'leaky-relu') {
    throw new UsageError(
      `--neg-slope ${negSlope} has no meaning for --activation ${activation}; leave it out or use --activation leaky-relu`,
    );
  }
  if (earlyStopping !== null && validationSize === 0) {
    throw new UsageError(
      `--early-stopping ${earlyStopping} needs validation images to watch; add --validation-size, 5000 for example`,
    );
  }
  if (warmupSteps > maxSteps) {
    throw new UsageError(`--warmup-steps ${warmupSteps} is more than --max-steps ${maxSteps}; warm up for fewer steps`);
  }
  if (warmupSteps > 0 && schedule === 'one-cycle') {
    throw new UsageError(`--schedule one-cycle has a warm-up of its own; leave out --warmup-steps ${warmupSteps}`);
  }
}

/** What a newcomer may trip over, said before the run rather than after it. */
export function warnings(settings: MlpNdarraySettings): string[] {
  const lines: string[] = [];
  if (settings.init === 'course' && settings.norm === 'none' && settings.dnnHiddenUnits.length >= 2) {
    lines.push(
      "warning: with two or more hidden layers the course's initialisation, N(0, 0.0001²), hardly learns " +
        '(the loss stays near 2.3026): try --init he',
    );
  }
  return lines;
}

/** `flag : value` lines, as the course's scripts print theirs. */
export function settingLines(settings: object): string[] {
  return Object.entries(settings)
    .filter(([, value]) => value !== null)
    .map(([key, value]) => `${key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)} : ${value}`);
}
