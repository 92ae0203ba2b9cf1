import { describe, expect, it } from 'vitest';
import { configurationNames } from './configuration-names.js';

const defaults = { activation: 'elu', dnnHiddenUnits: [100], flip: false, earlyStopping: null, momentum: 0 };
const named = (...all: object[]) =>
  configurationNames(
    all.map((own) => ({ settings: { ...defaults, ...own }, given: new Set(Object.keys(own)) })),
    defaults,
  );

describe('configurationNames', () => {
  it('names what differs, as flags', () => {
    const names = named(
      { dnnHiddenUnits: [100, 50], flip: true, earlyStopping: 5, activation: 'relu' },
      { dnnHiddenUnits: [], flip: false, activation: 'relu' },
      { momentum: 0.9, activation: 'relu' },
    );
    expect(names).toEqual([
      'dnn-hidden-units 100,50, flip, early-stopping 5',
      'dnn-hidden-units "", no flip',
      'momentum 0.9',
    ]);
  });

  it('tells what is not given where it is not the default', () => {
    const settings = [true, false].map((flip) => ({ ...defaults, flip, momentum: 0.9 }));
    const all = settings.map((one) => ({ settings: one, given: new Set<string>() }));
    expect(configurationNames(all, { ...defaults, flip: true })).toEqual(['', 'no flip']);
  });

  it('has nothing to say of a single one', () => {
    expect(named({ flip: true })).toEqual(['']);
  });
});
