import { activate } from './activation.js';
import type { LayerConverter } from './layer-context.js';

/** tf.layers' `dense`, and the linear layer of `@cifarlab/mlp`, which is saved as one. */
export const dense: LayerConverter = (layer, [{ name: x, shape }]) => {
  if (shape.length !== 2) throw layer.unsupported('an input of shape', shape);
  const { useBias = true, activation = 'linear' } = layer.config;
  const weights = useBias ? [layer.weight('kernel'), layer.weight('bias')] : [layer.weight('kernel')];
  return activate(layer, layer.node('Gemm', [x, ...weights], { transB: 1 }), activation);
};

/** `Linear` of `@cifarlab/torch-layers`. */
export const linear: LayerConverter = (layer, [{ name: x }]) =>
  layer.node('Gemm', [x, layer.weight('kernel'), layer.weight('bias')], { transB: 1 });

/** `ScaledLinear` of `@cifarlab/fastnet`: scale · x W. */
export const scaledLinear: LayerConverter = (layer, [{ name: x }]) =>
  layer.node('Gemm', [x, layer.weight('kernel')], { transB: 1, alpha: { float: layer.config.scale as number } });
