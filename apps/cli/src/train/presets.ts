import type { ConvNetSettings } from './convnet-settings.js';

export const presets = ['course', 'strong'] as const;

export type PresetName = (typeof presets)[number];

/** Settings of `train convnet` by name. */
const presetSettings: Record<PresetName, Partial<ConvNetSettings>> = {
  /** The practical's: what the flags default to. */
  course: {},
  /** One cycle of SGD with Nesterov momentum over augmented images with smoothed labels. */
  strong: {
    optimizer: 'sgd',
    learningRate: 0.1,
    momentum: 0.9,
    nesterov: true,
    weightDecay: 5e-4,
    schedule: 'one-cycle',
    labelSmoothing: 0.1,
    batchSize: 128,
    maxSteps: 3519,
    evalFreq: 391,
    batchOrder: 'epoch',
    standardize: true,
    flip: true,
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
  flags: Flags,
  given: ReadonlySet<string>,
): Flags {
  const preset = presetSettings[flags.preset];
  const otherOptimizer = given.has('optimizer') && flags.optimizer !== preset.optimizer;
  const applied = Object.entries(preset).filter(
    ([name]) => !given.has(name) && !(otherOptimizer && ofOptimizer.includes(name)),
  );
  return { ...flags, ...Object.fromEntries(applied) };
}
