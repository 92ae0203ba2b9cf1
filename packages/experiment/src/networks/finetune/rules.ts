import { named, type Sentence, sentence } from '../../settings/sentence.js';
import { SettingError } from '../../settings/setting-error.js';
import type { AllSettings } from '../../settings/table.js';
import type { Architectures } from './architectures.js';

/** The settings that are checked. */
export type CheckedSettings = Pick<
  AllSettings,
  | 'architecture'
  | 'weights'
  | 'from'
  | 'resolution'
  | 'startResolution'
  | 'headOnly'
  | 'freezeStages'
  | 'batchNorm'
  | 'crop'
  | 'cutout'
  | 'dropout'
>;

/** The value of `weights` with which nothing is loaded. */
export const noWeights = 'none';

/** Checks how the settings of fine-tuning go together. @throws SettingError */
export function checkFinetuning(settings: CheckedSettings, architectures: Architectures): void {
  checkWeights(settings);
  checkStages(settings, architectures);
  const { resolution, startResolution, headOnly } = settings;
  if (startResolution !== null && startResolution > resolution) {
    throw fault(
      'startResolution',
      startResolution,
      sentence`is more than ${named('resolution', resolution)}`,
      'use a smaller one',
    );
  }
  if (!headOnly) return;
  const varied = (['startResolution', 'crop', 'cutout', 'dropout'] as const).find(
    (name) => settings[name] !== null && settings[name] !== 0,
  );
  if (varied === undefined) return;
  const rule = sentence`has no effect with ${named('headOnly')}, whose features are computed once`;
  throw fault(varied, settings[varied], rule, 'leave it out');
}

function checkWeights({ architecture, weights, from, headOnly, freezeStages, batchNorm }: CheckedSettings): void {
  if (from !== null) {
    if (weights === null) return;
    throw fault('from', from, sentence`does not go with ${named('weights', weights)}`, 'leave one of them out');
  }
  if (weights === null) {
    const rule = sentence`must be given for ${named('architecture', architecture)}, which has no published weights here`;
    throw fault('weights', 'unset', rule, 'give a .pth or .safetensors file that you have, or none');
  }
  if (weights !== noWeights) return;
  const needs = sentence`needs pretrained weights, but there are none with ${named('weights', weights)}`;
  if (headOnly) throw fault('headOnly', headOnly, needs, 'leave it out');
  if (freezeStages !== 0) throw fault('freezeStages', freezeStages, needs, 'use 0');
  if (batchNorm !== 'training') throw fault('batchNorm', batchNorm, needs, 'use training');
}

function checkStages({ architecture, freezeStages }: CheckedSettings, architectures: Architectures): void {
  const { stages } = architectures[architecture];
  if (freezeStages! <= stages) return;
  const rule = sentence`is more than the ${stages} stages of ${named('architecture', architecture)}`;
  throw fault('freezeStages', freezeStages, rule, 'use a smaller one');
}

function fault(setting: string, value: unknown, rule: Sentence, remedy: string): SettingError {
  return new SettingError({ setting, value, rule, remedy });
}
