import { expect, it, vi } from 'vitest';

const missing = vi.hoisted(() => () => {
  throw new Error('not installed');
});
vi.mock('@tensorflow/tfjs-core', missing);
vi.mock('@tensorflow/tfjs-layers', missing);

it('the sub-path /ndarray works where TensorFlow.js is not installed', async () => {
  const { layerNormForward } = await import('./index.js');
  expect(layerNormForward).toBeTypeOf('function');
  await expect(import('../index.js')).rejects.toThrow();
});
