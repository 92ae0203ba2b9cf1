import { expect, expectTypeOf, it } from 'vitest';
import type { GivenSettings } from '../settings/network-settings.js';
import { settingsOf } from '../settings/settings-of.js';
import { type NetworkOf, networkNames, networkOf, networks, type SettingsOf } from './registry.js';

it('finds each network by its name', () => {
  expect(networkNames).toEqual(['mlp-ndarray', 'mlp', 'convnet', 'fastnet', 'finetune']);
  expect(networkNames.map((name) => networkOf(name))).toEqual(networks);
});

it('knows the types of the settings', () => {
  type Ndarray = SettingsOf<'mlp-ndarray'>;
  expectTypeOf<Ndarray['activation']>().toEqualTypeOf<'elu' | 'relu' | 'leaky-relu' | 'tanh'>();
  expectTypeOf<Ndarray['optimizer']>().toEqualTypeOf<'sgd'>();
  expectTypeOf<Ndarray['negativeSlope']>().toEqualTypeOf<number | null>();
  expectTypeOf<Ndarray>().not.toHaveProperty('dropout');
  expectTypeOf<SettingsOf<'mlp'>['activation']>().toEqualTypeOf<
    'elu' | 'relu' | 'leaky-relu' | 'tanh' | 'sigmoid' | 'silu' | 'gelu'
  >();
  expectTypeOf<SettingsOf<'convnet'>>().not.toHaveProperty('dnnHiddenUnits');
  expectTypeOf<GivenSettings<NetworkOf<'mlp'>>['batchSize']>().toEqualTypeOf<number | undefined>();
  expectTypeOf(settingsOf(networkOf('convnet')).preset).toEqualTypeOf<'course' | 'strong'>();
});
