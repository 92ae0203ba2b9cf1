import { expect, it } from 'vitest';
import { type TensorFlow, use } from './use-backend.js';

const tensorflow = (factory: () => unknown) =>
  ({ setBackend: async () => false, findBackendFactory: () => factory }) as unknown as TensorFlow;

it('the reason why a backend cannot be started is not lost', async () => {
  const failing = tensorflow(() => {
    throw new Error('[ort] no memory: free some');
  });
  await expect(use(failing, 'ort')).rejects.toThrow('could not start its backend "ort": no memory: free some');
  await expect(
    use(
      tensorflow(() => ({})),
      'ort',
    ),
  ).rejects.toThrow('could not start its backend "ort": it gives no');
});
