import { activate } from './activation.js';
import type { LayerContext, LayerConverter } from './layer-context.js';

/** Adds a batch normalisation with the running statistics, and returns the name of its output. */
export function normalise(layer: LayerContext, x: string, epsilon: number): string {
  const weights = ['gamma', 'beta', 'running_mean', 'running_variance'].map((own) => layer.weight(own));
  return layer.node('BatchNormalization', [x, ...weights], { epsilon: { float: epsilon } });
}

/** `BatchNorm` of `@cifarlab/tfjs-ops`. */
export const batchNorm: LayerConverter = (layer, [{ name: x }]) => {
  const { epsilon, activation } = layer.config;
  return activate(layer, normalise(layer, x, epsilon as number), activation);
};

/** `LayerNorm` of `@cifarlab/layernorm`: operators of opset 13 have it in parts, which runtimes put together. */
export const layerNorm: LayerConverter = (layer, [{ name: x, shape }]) => {
  if (shape.length > 3) throw layer.unsupported('an input of shape', shape);
  const { epsilon } = layer.config;
  const mean = (y: string) => layer.node('ReduceMean', [y], { axes: [-1], keepdims: 1 });
  const centred = layer.node('Sub', [x, mean(x)]);
  const variance = mean(layer.node('Mul', [centred, centred]));
  const deviation = layer.node('Sqrt', [layer.node('Add', [variance, layer.scalar(epsilon as number)])]);
  const normalised = layer.node('Div', [centred, deviation]);
  return layer.node('Add', [layer.node('Mul', [normalised, layer.weight('gamma')]), layer.weight('beta')]);
};
