import { activate } from './activation.js';
import type { LayerContext, LayerConverter, Value } from './layer-context.js';
import { normalise } from './normalisation.js';
import { padding, type Window } from './padding.js';

/** Description of a convolution. */
interface Convolution extends Partial<Window> {
  size: number;
  /** Whether there is a bias. */
  bias: boolean;
  /** Channels that have filters of their own. Default 1. */
  groups?: number;
}

/** Adds a convolution with the layer's kernel, and returns the name of its output. */
function convolve(layer: LayerContext, { name: x, shape }: Value, convolution: Convolution): string {
  const { size, stride = 1, padding: pad = 'same', groups = 1, bias } = convolution;
  const weights = bias ? [layer.weight('kernel'), layer.weight('bias')] : [layer.weight('kernel')];
  return layer.node('Conv', [x, ...weights], {
    kernel_shape: [size, size],
    strides: [stride, stride],
    ...padding(shape, { size, stride, padding: pad }),
    group: groups,
  });
}

/** `Conv2d` of `@cifarlab/convnet-preact`. */
export const conv2d: LayerConverter = (layer, [x]) =>
  convolve(layer, x, { size: layer.config.kernelSize as number, bias: true });

/** `PreActBlock` of `@cifarlab/convnet-preact`: x + conv(relu(batchnorm(x))). */
export const preActBlock: LayerConverter = (layer, [x]) => {
  const normalised = activate(layer, normalise(layer, x.name, 1e-5), 'relu');
  const branch = convolve(layer, { name: normalised, shape: x.shape }, { size: 3, bias: true });
  return layer.node('Add', [x.name, branch]);
};

/** `DiracConv2d` of `@cifarlab/fastnet`. */
export const diracConv2d: LayerConverter = (layer, [x]) => convolve(layer, x, { size: 3, bias: false });

/** `Whitening` of `@cifarlab/fastnet`. */
export const whitening: LayerConverter = (layer, [x]) => convolve(layer, x, { size: 2, bias: true, padding: 'valid' });

/** `ConvNorm` of `@cifarlab/torch-layers`: a convolution, a batch normalisation and a rectifier. */
export const convNorm: LayerConverter = (layer, [x]) => {
  const config = layer.config as unknown as ConvNormConfig;
  const { kernelSize: size, stride, padding, depthwise, epsilon, activation } = config;
  const groups = depthwise ? x.shape[3]! : 1;
  const convolved = convolve(layer, x, { size, stride, padding, groups, bias: false });
  return activate(layer, normalise(layer, convolved, epsilon), activation);
};

interface ConvNormConfig extends Pick<Window, 'stride' | 'padding'> {
  kernelSize: number;
  depthwise: boolean;
  epsilon: number;
  activation: string;
}
