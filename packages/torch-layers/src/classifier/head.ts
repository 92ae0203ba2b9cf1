import { SeededDropout } from '@cifarlab/tfjs-ops';
import { layers, type SymbolicTensor } from '@tensorflow/tfjs-layers';
import { Linear } from '../layers/linear.js';
import type { Seed } from '../layers/seed.js';
import type { ClassifierSettings } from './options.js';

/** Names of a head's layers. */
export interface HeadNames {
  /** The layer that takes the mean. */
  pool: string;
  /** The name of the linear layer's module in PyTorch. */
  linear: string;
}

/**
 * Returns the head of a classifier on its last feature maps: their mean over height and width, dropout, and a linear
 * layer.
 *
 * @param maps [batch, height, width, features].
 * @param weightSeed of the linear layer's initial weights.
 * @returns logits, [batch, numClasses].
 */
export function classifierHead(
  maps: SymbolicTensor,
  names: HeadNames,
  { dropout, seed, numClasses, headStart }: ClassifierSettings,
  weightSeed: Seed,
): SymbolicTensor {
  const { pool, linear } = names;
  return [
    layers.globalAveragePooling2d({ name: pool } as Parameters<typeof layers.globalAveragePooling2d>[0]),
    new SeededDropout({ name: 'dropout', rate: dropout, seed }),
    new Linear({ name: layerName(linear), module: linear, units: numClasses, seed: weightSeed, start: headStart }),
  ].reduce((x, layer) => layer.apply(x) as SymbolicTensor, maps);
}

/** Returns the name of the layer that stands for a module of PyTorch: in tf.layers no name starts with `_`. */
export function layerName(module: string): string {
  return module.replace(/^_+/, '');
}
