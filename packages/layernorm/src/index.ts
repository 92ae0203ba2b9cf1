export { layerNorm } from './layer-norm.js';
export { layerNormAutodiff } from './layer-norm-autodiff.js';
export { LayerNorm, type LayerNormArguments } from './layer-norm-layer.js';
export type { LayerNormOptions } from './options.js';
export { registerLayers } from './register-layers.js';
