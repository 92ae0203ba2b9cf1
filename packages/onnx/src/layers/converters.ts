import { activate } from './activation.js';
import { conv2d, convNorm, diracConv2d, preActBlock, whitening } from './convolution.js';
import type { LayerConverter } from './layer-context.js';
import { dense, linear, scaledLinear } from './linear.js';
import { batchNorm, layerNorm } from './normalisation.js';
import { globalAveragePooling2d, maxPool3x3, maxPooling2d } from './pooling.js';

/** A layer that changes nothing in evaluation mode. */
const nothing: LayerConverter = (_layer, [{ name }]) => name;

/** An activation that is a layer. */
const activation: LayerConverter = (layer, [{ name }]) => activate(layer, name, layer.config.activation);

const leakyRelu: LayerConverter = (layer, [{ name }]) =>
  layer.node('LeakyRelu', [name], { alpha: { float: layer.config.alpha as number } });

/** The order of the numbers is that of the layers, the channels last. */
const flatten: LayerConverter = (layer, [{ name, shape }]) => {
  const isOnePixel = shape.length === 4 && shape[1] === 1 && shape[2] === 1;
  if (shape.length !== 4 || isOnePixel) return layer.node('Flatten', [name]);
  return layer.node('Flatten', [layer.node('Transpose', [name], { perm: [0, 2, 3, 1] })]);
};

const add: LayerConverter = (layer, values) =>
  values.map(({ name }) => name).reduce((sum, name) => layer.node('Add', [sum, name]));

/** Converters of the layers, by the name of a layer's class. */
export const converters: Readonly<Record<string, LayerConverter>> = {
  Activation: activation,
  Add: add,
  CifarlabActivation: activation,
  CifarlabBatchNorm: batchNorm,
  CifarlabConv2d: conv2d,
  CifarlabConvNorm: convNorm,
  CifarlabDiracConv2d: diracConv2d,
  CifarlabLayerNorm: layerNorm,
  CifarlabLinear: linear,
  CifarlabMaxPool3x3: maxPool3x3,
  CifarlabPreActBlock: preActBlock,
  CifarlabScaledLinear: scaledLinear,
  CifarlabSeededDropout: nothing,
  CifarlabWhitening: whitening,
  Dense: dense,
  Dropout: nothing,
  Flatten: flatten,
  GlobalAveragePooling2D: globalAveragePooling2d,
  LeakyReLU: leakyRelu,
  MaxPooling2D: maxPooling2d,
};
