import { startEngine } from '@cifarlab/engines';
import type { LayersNetwork } from '../networks/network.js';
import { RunError } from '../run/run-error.js';
import type { StoredNetwork } from '../run/saved-network.js';

/**
 * Makes a stored network a model of tf.layers for a piece of work, and gives its memory back afterwards. A backend of
 * TensorFlow.js that is in use stays in use; otherwise it is that in JavaScript, since hardly anything is computed.
 *
 * @throws RunError, `no-export`, when the network cannot be made one; what the work throws.
 */
export async function withLayersNetwork<T>(
  { network, ...saved }: StoredNetwork,
  work: (network: LayersNetwork) => Promise<T>,
): Promise<T> {
  if (network.toLayersNetwork === undefined) {
    throw new RunError({
      code: 'no-export',
      rule: `${network.name} is not a network of TensorFlow.js's layers, which this format is made of`,
      remedy: 'export its weights alone, as safetensors or state-dict',
    });
  }
  const { getBackend } = await import('@tensorflow/tfjs-core');
  if (!getBackend()) await startEngine({ family: 'tensorflow.js', engine: 'cpu' });
  const layers = await network.toLayersNetwork(saved);
  try {
    return await work(layers);
  } finally {
    layers.model.dispose();
  }
}
