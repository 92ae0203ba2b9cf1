import type { serialization } from '@tensorflow/tfjs-core';

/**
 * Returns a name in a layer's configuration, where it is `{ name }`: of all texts but those under this key tf.layers
 * changes the case when it saves and loads a model. Models that were saved without it have undefined.
 */
export function savedName(value: serialization.ConfigDictValue | undefined): string | undefined {
  return (value as { name: string } | undefined)?.name;
}
