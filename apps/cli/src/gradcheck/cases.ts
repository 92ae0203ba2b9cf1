import type { NdarrayCase } from './gradient-case.js';
import { lossCases } from './loss-cases.js';
import { moduleCases } from './module-cases.js';
import { networkCases } from './network-cases.js';

/** Every gradient that is written by hand on ndarrays. */
export const ndarrayCases: readonly NdarrayCase[] = [...moduleCases, ...lossCases, ...networkCases];

/** Layers that have a hand-written gradient in TensorFlow.js; known here so that not every command line has to load it. */
export const tensorLayers = [
  'layer-norm',
  'batch-norm',
  'batch-norm-relu',
  'softmax-cross-entropy',
  'conv2d',
  'depthwise-conv2d',
  'max-pool',
  'avg-pool',
  'elu',
] as const;

/** All layers, by the names that the command line has for them. */
export const layerNames: readonly string[] = [...new Set([...ndarrayCases.map(({ layer }) => layer), ...tensorLayers])];
