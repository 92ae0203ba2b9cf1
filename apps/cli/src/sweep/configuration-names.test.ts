import { describe, expect, it } from 'vitest';
import { configurationNames } from './configuration-names.js';

describe('configurationNames', () => {
  it('names what differs, as flags', () => {
    const common = { activation: 'elu', seed: 42 };
    const names = configurationNames([
      { ...common, dnnHiddenUnits: [100, 50], flip: true, earlyStopping: null },
      { ...common, dnnHiddenUnits: [], flip: false, earlyStopping: 5 },
    ]);
    expect(names).toEqual([
      'dnn-hidden-units 100,50, flip, no early-stopping',
      'dnn-hidden-units "", no flip, early-stopping 5',
    ]);
  });

  it('has nothing to say of a single one', () => {
    expect(configurationNames([{ flip: true }])).toEqual(['']);
  });
});
