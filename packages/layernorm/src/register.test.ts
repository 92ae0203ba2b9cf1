import { serialization } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';

const isRegistered = () => 'CifarlabLayerNorm' in serialization.SerializationMap.getMap().classNameMap;

it('the layer is registered by the sub-path /register, and not by the package itself', async () => {
  await import('./index.js');
  expect(isRegistered()).toBe(false);
  await import('./register.js');
  expect(isRegistered()).toBe(true);
});
