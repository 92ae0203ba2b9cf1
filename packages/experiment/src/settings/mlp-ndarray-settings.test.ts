import { describe, expect, it } from 'vitest';
import { checkMlpNdarraySettings, type MlpNdarraySettings } from './mlp-ndarray-settings.js';
import { mlpWarnings } from './mlp-rules.js';
import { SettingError } from './setting-error.js';
import { settingLines } from './training-settings.js';

const defaults: MlpNdarraySettings = {
  dnnHiddenUnits: [100],
  activation: 'elu',
  negSlope: null,
  norm: 'none',
  init: 'course',
  optimizer: 'sgd',
  learningRate: 1e-3,
  momentum: 0,
  weightDecay: 0,
  schedule: 'constant',
  warmupSteps: 0,
  maxSteps: 1400,
  batchSize: 200,
  evalFreq: 100,
  earlyStopping: null,
  seed: 42,
  dtype: 'float64',
  batchOrder: 'course',
  standardize: false,
  validationSize: 0,
};

describe('checkMlpNdarraySettings', () => {
  const accepted: Partial<MlpNdarraySettings>[] = [
    {},
    { activation: 'leaky-relu', negSlope: 0.02 },
    { earlyStopping: 3, validationSize: 5000 },
    { warmupSteps: 1400 },
    { schedule: 'one-cycle', maxSteps: 4 },
  ];
  it.each(accepted)('accepts %j', (changes) => {
    expect(() => checkMlpNdarraySettings({ ...defaults, ...changes })).not.toThrow();
  });

  const refused: [Partial<MlpNdarraySettings>, RegExp][] = [
    [{ negSlope: 0.1 }, /negSlope 0\.1 has no meaning for activation elu; .* use activation leaky-relu/],
    [{ earlyStopping: 3 }, /earlyStopping 3 needs validation images to watch; add validationSize/],
    [{ warmupSteps: 1401 }, /warmupSteps 1401 is more than maxSteps 1400; warm up for fewer steps/],
    [{ warmupSteps: 5, schedule: 'one-cycle' }, /one-cycle has a warm-up of its own; leave out warmupSteps 5/],
    [{ schedule: 'one-cycle', maxSteps: 3 }, /one-cycle cannot rise and fall in maxSteps 3; train for 4 steps/],
    [{ norm: 'batch', batchSize: 1 }, /cannot normalise a batch of one image; use a larger batchSize/],
  ];
  it.each(refused)('refuses %j', (changes, message) => {
    const check = () => checkMlpNdarraySettings({ ...defaults, ...changes });
    expect(check).toThrow(SettingError);
    expect(check).toThrow(message);
  });
});

describe('warnings', () => {
  it("warns of the course's initialisation in a deep network only", () => {
    const deep = { ...defaults, dnnHiddenUnits: [200, 100] };
    expect(mlpWarnings(deep).map(String)).toEqual([expect.stringMatching(/^warning: .*try init he$/)]);
    expect(mlpWarnings(defaults)).toEqual([]);
    expect(mlpWarnings({ ...deep, init: 'he' })).toEqual([]);
    expect(mlpWarnings({ ...deep, norm: 'batch' })).toEqual([]);
  });
});

describe('settingLines', () => {
  it("spells the settings as the course's scripts do and leaves out those without a meaning", () => {
    const lines = settingLines(defaults);
    expect(lines).toContain('dnn_hidden_units : 100');
    expect(lines).toContain('learning_rate : 0.001');
    expect(lines).toContain('batch_size : 200');
    expect(lines.join('\n')).not.toMatch(/neg_slope|early_stopping/);
    expect(lines).toHaveLength(Object.keys(defaults).length - 2);
  });
});
