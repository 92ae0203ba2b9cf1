import type { ConvNetSettings } from './convnet-settings.js';
import type { MlpSettings } from './mlp-settings.js';

export const presets = ['course', 'strong'] as const;

export type PresetName = (typeof presets)[number];

/** Settings of each network that has presets. */
interface PresetSettings {
  mlp: MlpSettings;
  convnet: ConvNetSettings;
}

/** What both have in common: one cycle of SGD with Nesterov momentum over augmented images. */
const oneCycleOfSgd = {
  optimizer: 'sgd',
  learningRate: 0.1,
  momentum: 0.9,
  nesterov: true,
  weightDecay: 5e-4,
  schedule: 'one-cycle',
  batchOrder: 'epoch',
  standardize: true,
  flip: true,
} as const;

/** Beside `course`, the practical's, which is what the flags default to. */
const strong: { [Model in keyof PresetSettings]: Partial<PresetSettings[Model]> } = {
  /** The best of the experiments of question 2.1: three wide normalised layers. */
  mlp: {
    ...oneCycleOfSgd,
    dnnHiddenUnits: [1024, 1024, 1024],
    activation: 'gelu',
    norm: 'batch',
    init: 'he',
    maxSteps: 6750,
    evalFreq: 225,
    crop: 2,
  },
  convnet: {
    ...oneCycleOfSgd,
    labelSmoothing: 0.1,
    batchSize: 128,
    maxSteps: 3519,
    evalFreq: 391,
    crop: 4,
  },
};

/** What is meant for the optimizer of a preset, and not for another. */
const ofOptimizer = ['learningRate', 'momentum', 'nesterov'];

/**
 * The flags with the preset's settings in place of the defaults; what the command line says itself comes first.
 *
 * @param given names of the flags that were on the command line.
 */
export function applyPreset<Flags extends Pick<ConvNetSettings, 'preset' | 'optimizer'>>(
  model: keyof PresetSettings,
  flags: Flags,
  given: ReadonlySet<string>,
): Flags {
  const preset = flags.preset === 'strong' ? strong[model] : {};
  const otherOptimizer = given.has('optimizer') && flags.optimizer !== preset.optimizer;
  const applied = Object.entries(preset).filter(
    ([name]) => !given.has(name) && !(otherOptimizer && ofOptimizer.includes(name)),
  );
  return { ...flags, ...Object.fromEntries(applied) };
}
