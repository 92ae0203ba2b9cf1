import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkOf, networks } from '../networks/registry.js';
import { SettingError } from './setting-error.js';
import { settingsOf } from './settings-of.js';

const mlp = networkOf('mlp');

describe('settingsOf', () => {
  it.each(networks)('gives the defaults of $name in their order', (network) => {
    const settings = settingsOf(network);
    const given = Object.fromEntries(Object.entries(network.settings).filter(([, value]) => value !== null));
    expect(settings).toMatchObject(given);
    expect(Object.keys(settings)).toEqual(Object.keys(network.settings));
  });

  it('takes what is given, in whatever order, and nothing for undefined', () => {
    const settings = settingsOf(mlp, { seed: 7, learningRate: undefined, dnnHiddenUnits: [] });
    expect(settings).toMatchObject({ seed: 7, learningRate: 1e-3, dnnHiddenUnits: [] });
    expect(Object.keys(settings)).toEqual(Object.keys(mlp.settings));
  });

  it('chooses what is not given by what is', () => {
    const finetune = networkOf('finetune');
    const chosen = { weights: 'efficientnet-lite0', batchNorm: 'frozen', freezeStages: 4 };
    expect(settingsOf(finetune)).toMatchObject(chosen);
    expect(settingsOf(finetune, { architecture: 'efficientnet-lite2' }).weights).toBe('efficientnet-lite2');
    expect(settingsOf(finetune, { weights: 'none' })).toMatchObject({ batchNorm: 'training', freezeStages: 0 });
    expect(settingsOf(mlp)).toMatchObject({ negativeSlope: null, earlyStopping: null });
  });

  it('gives lists that are not those of the defaults', () => {
    settingsOf(mlp).dnnHiddenUnits.push(7);
    expect(settingsOf(mlp).dnnHiddenUnits).toEqual([100]);
  });

  it('records the slope of leaky-relu, and none of another activation', () => {
    expect(settingsOf(mlp, { activation: 'leaky-relu' }).negativeSlope).toBe(0.02);
    expect(settingsOf(mlp, { activation: 'leaky-relu', negativeSlope: 0.3 }).negativeSlope).toBe(0.3);
    expect(settingsOf(mlp, { activation: 'relu' }).negativeSlope).toBeNull();
  });

  it('changes nothing of complete settings', () => {
    const given = fc.record(
      {
        activation: fc.constantFrom('relu', 'leaky-relu'),
        dnnHiddenUnits: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 3 }),
        maxSteps: fc.integer({ min: 4, max: 99 }),
        flip: fc.boolean(),
        preset: fc.constantFrom('course', 'strong'),
      },
      { requiredKeys: [], noNullPrototype: true },
    );
    fc.assert(
      fc.property(given, (some) => {
        const settings = settingsOf(mlp, some);
        expect(settingsOf(mlp, settings)).toEqual(settings);
        expect(settings).toMatchObject(some);
      }),
    );
  });

  it.each<[object, string]>([
    [{ lerningRate: 1 }, 'lerningRate 1 is not a setting of mlp; did you mean learningRate?'],
    [{ dtype: 'float32' }, 'dtype float32 is not a setting of mlp; its settings are preset, from, dnnHiddenUnits, '],
    [{ batchSize: 0 }, 'batchSize 0 must be a whole number of 1 or more; correct it, or leave it out'],
    [{ batchSize: '200' }, 'batchSize 200 must be a whole number of 1 or more'],
    [{ batchSize: null }, 'batchSize null must be a whole number of 1 or more'],
    [{ seed: 2 ** 32 }, 'seed 4294967296 must be a whole number from 0 to 4294967295'],
    [{ crop: 32 }, 'crop 32 must be a whole number from 0 to 31'],
    [{ cutout: 33 }, 'cutout 33 must be a whole number from 0 to 32'],
    [{ dropout: 1 }, 'dropout 1 must be a number from 0 up to, but below, 1'],
    [{ learningRate: Number.NaN }, 'learningRate NaN must be a number above 0'],
    [{ dnnHiddenUnits: [100, 0] }, 'dnnHiddenUnits 100,0 must be whole numbers of 1 or more'],
    [{ activation: 'step' }, 'activation step must be one of elu, relu, leaky-relu, tanh, sigmoid, silu, gelu'],
    [{ flip: 'yes' }, 'flip yes must be true or false'],
    [{ preset: 'toString' }, 'preset toString must be one of course, strong'],
    [{ toString: 1 }, 'toString 1 is not a setting of mlp'],
  ])('refuses %j', (given, message) => {
    expect(() => settingsOf(mlp, given)).toThrow(SettingError);
    expect(() => settingsOf(mlp, given)).toThrow(message);
  });

  it('refuses names of a choice that the network does not know', () => {
    expect(() => settingsOf(networkOf('mlp-ndarray'), { activation: 'gelu' } as never)).toThrow(
      'activation gelu must be one of elu, relu, leaky-relu, tanh; correct it',
    );
  });
});
