import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { applyPreset, type PresetName } from './presets.js';

const defaults = { optimizer: 'adam', learningRate: 1e-4, momentum: 0, nesterov: false, flip: false, maxSteps: 5000 };
type Flags = { preset: PresetName; optimizer: 'sgd' | 'adam' | 'adamw' };

const apply = (preset: PresetName, given: Partial<typeof defaults> = {}) =>
  applyPreset('convnet', { ...defaults, ...given, preset } as Flags & typeof defaults, new Set(Object.keys(given)));

describe('applyPreset', () => {
  it.each(['mlp', 'convnet'] as const)('gives %s the settings of the recorded run', (model) => {
    const file = new URL(`../../../../docs/results/${model}-strong/config.json`, import.meta.url);
    const { settings } = JSON.parse(readFileSync(file, 'utf8'));
    const { preset: _, ...applied } = applyPreset(model, { preset: 'strong', optimizer: 'sgd' }, new Set());
    expect(Object.keys(applied).length).toBeGreaterThan(10);
    expect(settings).toMatchObject(applied);
  });

  it('has settings for each network', () => {
    const flags: Flags & { dnnHiddenUnits: number[] } = { preset: 'strong', optimizer: 'sgd', dnnHiddenUnits: [100] };
    expect(applyPreset('mlp', flags, new Set())).toMatchObject({ dnnHiddenUnits: [1024, 1024, 1024], norm: 'batch' });
    expect(applyPreset('mlp', flags, new Set(['dnnHiddenUnits']))).toMatchObject({
      dnnHiddenUnits: [100],
      norm: 'batch',
    });
    expect(applyPreset('convnet', flags, new Set())).not.toHaveProperty('norm');
  });

  it('leaves the defaults to course', () => {
    expect(apply('course', { maxSteps: 10 })).toEqual({ ...defaults, preset: 'course', maxSteps: 10 });
  });

  it('fills in what the command line does not say', () => {
    expect(apply('strong')).toMatchObject({
      optimizer: 'sgd',
      learningRate: 0.1,
      momentum: 0.9,
      nesterov: true,
      flip: true,
      maxSteps: 3519,
    });
    // Also where that is the default.
    expect(apply('strong', { maxSteps: 5000, nesterov: false, flip: false })).toMatchObject({
      optimizer: 'sgd',
      momentum: 0.9,
      nesterov: false,
      flip: false,
      maxSteps: 5000,
    });
  });

  it('keeps what is meant for its optimizer from another one', () => {
    const { optimizer, learningRate, momentum, nesterov } = defaults;
    expect(apply('strong', { optimizer })).toMatchObject({ optimizer, learningRate, momentum, nesterov, flip: true });
    expect(apply('strong', { optimizer: 'sgd' })).toMatchObject({
      optimizer: 'sgd',
      learningRate: 0.1,
      momentum: 0.9,
    });
  });
});
